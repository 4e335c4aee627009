"""Settings of webhooks that cannot be meant are said at the start."""

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("setting", "value", "found"),
    [
        ("WEBHOOK_ALLOWED_NETWORKS", ["127.0.0.1/8"], ["webhooks.E001"]),
        ("WEBHOOK_ALLOWED_NETWORKS", ["localhost"], ["webhooks.E001"]),
        ("WEBHOOK_ALLOWED_NETWORKS", ["127.0.0.0/8", " fd00::/8", ""], []),
        ("WEBHOOK_RETENTION_DAYS", 1, ["webhooks.E002"]),
        ("WEBHOOK_RETENTION_DAYS", 2, []),
    ],
)
def test_what_is_wrong_is_named(settings, setting, value, found):
    setattr(settings, setting, value)
    assert [message.id for message in run_checks(tags=["webhooks"])] == found
