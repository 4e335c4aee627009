"""Which providers make a project's pictures, and in which queue their workers wait."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from generations.providers import get_queue


def chain_of(image_provider: str) -> Sequence[str]:
    """The aliases to be asked, in order, by a project's ``image_provider``."""
    chain: Sequence[str] = settings.IMAGE_PROVIDER_CHAIN
    return [image_provider] if image_provider else chain


def queue_of(image_provider: str) -> str:
    """The Celery queue for a project's jobs: that of the first provider that is asked."""
    head = chain_of(image_provider)[0]
    own_queue = get_queue(head) if head in settings.IMAGE_PROVIDERS else None
    return own_queue or settings.CELERY_TASK_DEFAULT_QUEUE


def special_queues() -> dict[str, list[str]]:
    """Each queue besides the common one, and the values of ``image_provider`` whose jobs it takes."""
    queues: dict[str, list[str]] = {}
    for image_provider in ("", *settings.IMAGE_PROVIDERS):
        queue = queue_of(image_provider)
        if queue != settings.CELERY_TASK_DEFAULT_QUEUE:
            queues.setdefault(queue, []).append(image_provider)
    return queues


def served_by(queue: str) -> Q:
    """The projects for which the workers of a queue work, as they are set now. What is not special is common."""
    special = special_queues()
    if queue in special:
        return Q(image_provider__in=special[queue])
    elsewhere = [image_provider for values in special.values() for image_provider in values]
    return ~Q(image_provider__in=elsewhere) if elsewhere else Q()


def all_queues() -> list[str]:
    return [settings.CELERY_TASK_DEFAULT_QUEUE, *special_queues()]
