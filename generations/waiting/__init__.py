"""How a web process waits for a generation to change."""
