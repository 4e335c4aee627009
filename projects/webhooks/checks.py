"""Settings that must be understood; seen at start, not at the first delivery."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from projects.outbound.addresses import allowed_networks


class WebhookTags(Tags):
    """``manage.py check --tag webhooks`` runs these alone."""

    webhooks = "webhooks"


@register(WebhookTags.webhooks)
def check_networks(**kwargs: Any) -> list[CheckMessage]:
    """Every allowed network is one."""
    try:
        allowed_networks(tuple(settings.WEBHOOK_ALLOWED_NETWORKS))
    except ValueError as error:
        hint = "Networks with commas, such as 127.0.0.0/8,10.1.0.0/16."
        return [Error(f"WEBHOOK_ALLOWED_NETWORKS: {error}.", hint=hint, id="webhooks.E001")]
    return []


@register(WebhookTags.webhooks)
def check_retention(**kwargs: Any) -> list[CheckMessage]:
    """What waits for its last attempt is not swept away before."""
    if settings.WEBHOOK_RETENTION_DAYS < 2:
        return [Error("WEBHOOK_RETENTION_DAYS is at least 2: deliveries are tried for a day.", id="webhooks.E002")]
    return []
