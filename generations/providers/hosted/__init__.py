"""What providers share that ask a server of somebody else: a bounded line, and words for what comes back."""
