"""Generations and the queue, as operators see and steer them."""

from generations.admin.generations import GenerationAdmin
from generations.admin.projects import QueueingProjectAdmin

__all__ = ["GenerationAdmin", "QueueingProjectAdmin"]
