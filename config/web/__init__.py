"""What a web process does around Django's views."""
