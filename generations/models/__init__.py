"""The rows of a generation's life."""

from generations.models.attempt import NEW_ATTEMPT, Attempt, Outcome
from generations.models.choices import AspectRatio, Status
from generations.models.generation import CLAIMED, Claim, Generation

__all__ = ["CLAIMED", "NEW_ATTEMPT", "AspectRatio", "Attempt", "Claim", "Generation", "Outcome", "Status"]
