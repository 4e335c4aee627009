"""What the product's processes load in a storm: hooks around the product's own code, which stays as it is."""
