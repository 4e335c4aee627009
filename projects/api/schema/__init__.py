"""The OpenAPI document's parts that all APIs share."""
