"""The rows of a generation's life."""

from generations.models.abandoned import AbandonedClaim, purge_abandoned_claims
from generations.models.attempt import NEW_ATTEMPT, Attempt, Outcome
from generations.models.breaker import Breaker, Hold
from generations.models.choices import AspectRatio, Status
from generations.models.generation import LAST_ATTEMPT, RETRY_LIMIT, Claim, Generation, Place
from generations.models.turns import (
    ProjectAtLimit,
    anything_to_claim,
    claim_next,
    held_up,
    in_line,
    put_aside,
    rooms,
    with_queue,
)

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
    "ProjectAtLimit",
    "Status",
    "anything_to_claim",
    "claim_next",
    "held_up",
    "in_line",
    "purge_abandoned_claims",
    "put_aside",
    "rooms",
    "with_queue",
]
