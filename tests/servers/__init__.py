"""The real servers that tests talk to: PostgreSQL, Redis, S3, RabbitMQ, and one that never answers."""
