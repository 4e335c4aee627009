"""What may be done with generations: all doors stand on these functions."""

from generations.services.creation import create_generation, repeat_generation, retry_generation, run_again
from generations.services.lifecycle import (
    CANCELED_BY_CALLER,
    STOPPED_BY_OPERATOR,
    cancel_generation,
    delete_generation,
    fail_generation,
    purge_generation,
    restore_generation,
    trash_generation,
)
from generations.services.lookup import get_generation, parse_id

__all__ = [
    "CANCELED_BY_CALLER",
    "STOPPED_BY_OPERATOR",
    "cancel_generation",
    "create_generation",
    "delete_generation",
    "fail_generation",
    "get_generation",
    "parse_id",
    "purge_generation",
    "repeat_generation",
    "restore_generation",
    "retry_generation",
    "run_again",
    "trash_generation",
]
