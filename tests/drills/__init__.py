"""``python -m tests.drills``: what an operator does and what a night brings, one at a time, each with its figure."""
