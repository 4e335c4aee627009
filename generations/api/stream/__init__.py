"""GET /api/v1/generations/:id/events: a generation as it changes, as server-sent events."""
