"""The rows of a generation's life."""

from generations.models.abandoned import AbandonedClaim, purge_abandoned_claims
from generations.models.attempt import NEW_ATTEMPT, Attempt, Outcome
from generations.models.breaker import Breaker, Hold
from generations.models.choices import AspectRatio, Status
from generations.models.generation import LAST_ATTEMPT, RETRY_LIMIT, Claim, Generation, Place

__all__ = [
    "LAST_ATTEMPT",
    "NEW_ATTEMPT",
    "RETRY_LIMIT",
    "AbandonedClaim",
    "AspectRatio",
    "Attempt",
    "Breaker",
    "Claim",
    "Generation",
    "Hold",
    "Outcome",
    "Place",
    "Status",
    "purge_abandoned_claims",
]
