"""What the OpenAPI document says of generations."""
