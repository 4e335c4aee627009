"""What the rules enhancer knows: how to read a prompt, what each style can add, and how to put both into English."""
