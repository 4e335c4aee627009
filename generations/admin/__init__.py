"""Generations, as operators see and steer them."""

from generations.admin.generations import GenerationAdmin

__all__ = ["GenerationAdmin"]
