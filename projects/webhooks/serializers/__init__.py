"""What the webhooks' API reads and writes."""
