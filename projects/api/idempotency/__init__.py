"""Idempotency-Key: a request that is sent again does nothing again."""
