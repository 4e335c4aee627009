"""The REST API of generations."""
