"""What we call: permitted addresses, URLs, connections that are bounded in time and size."""
