"""What waits, in which order it is claimed, and how workers hear of it."""
