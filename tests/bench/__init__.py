"""``python -m tests.bench``: Easel beside bare controls that do the same work without a framework."""
