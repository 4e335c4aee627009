"""What the API of generations reads and writes."""
