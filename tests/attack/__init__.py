"""What somebody tries who means ill: with no key, a wrong one, or one of his own."""
