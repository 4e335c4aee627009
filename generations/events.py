"""What has to follow each change of a generation's state, in the same transaction."""

from generations.models import Generation, Status
from generations.notices import notify


def announce(generation: Generation, status: Status) -> None:
    """Tell of a row that this transaction has moved to ``status``; the object may still show what it was before."""
    notify(generation.pk)
