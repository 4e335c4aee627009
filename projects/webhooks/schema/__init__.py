"""What the OpenAPI document says of webhook endpoints."""
