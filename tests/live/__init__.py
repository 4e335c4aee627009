"""Whole processes of the product, over real connections, and what happens when they are hurt."""
