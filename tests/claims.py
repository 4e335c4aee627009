"""A claim of one certain generation: in the product, the row whose turn it is gets taken, whichever that is."""

from django.db.models import Q

from generations.models import Generation
from generations.queue.scheduling import claim_next


def claim(generation: Generation) -> Generation | None:
    """Take this generation as a worker does; None if it cannot be taken. No other one of its project waits."""
    claimed = claim_next(Q(pk=generation.project_id))
    assert claimed is None or claimed == generation
    return claimed
