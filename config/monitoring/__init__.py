"""What is said of this installation to those who watch it: health, metrics, logs."""
