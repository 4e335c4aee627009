"""``manage.py list_api_keys``: which keys there are, and how they stand."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from projects.api.serialization import wire_time
from projects.management.operators import PROJECT_HELP, OperatorCommand, described, find_project, path_of
from projects.models import ApiKey

MINUTE = "%Y-%m-%d %H:%M"


class Command(OperatorCommand):
    help = "List API keys, the next one to end first: how each stands, when it ends (UTC) and when it was last used."
    examples = """
  manage.py list_api_keys --project acme/shop
  manage.py list_api_keys --ends-soon
  manage.py list_api_keys --all --json | jq -r '.apiKeys[] | select(.state == "expired") | .keyId'
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--project", help=PROJECT_HELP)
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--ends-soon", action="store_true", help="Those to replace within the next two weeks.")
        chosen.add_argument("--all", action="store_true", help="Expired and revoked ones, too.")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = ApiKey.objects.select_related("project__organization").order_by("expires_at", "pk")
        if options["project"]:
            keys = keys.filter(project=find_project(options["project"]))
        if options["ends_soon"]:
            keys = keys.ending_soon()
        elif not options["all"]:
            keys = keys.not_over()
        now = timezone.now()
        found = [(api_key, api_key.state_at(now)) for api_key in keys]
        rows = [row(api_key, state) for api_key, state in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, each, widths)).rstrip() for each in rows]
        facts = [in_full(api_key, state) for api_key, state in found]
        self.answer(options, "\n".join(lines) or "There is none.", apiKeys=facts)


def row(api_key: ApiKey, state: str) -> list[str]:
    used = f"used {api_key.last_used_at:{MINUTE}}" if api_key.last_used_at else "never used"
    ends = f"ends {api_key.expires_at:{MINUTE}}"
    return [api_key.visible_part, path_of(api_key.project), api_key.name, state, ends, used]


def in_full(api_key: ApiKey, state: str) -> dict[str, Any]:
    used = api_key.last_used_at
    limit = api_key.rate_limit_per_hour
    return described(api_key) | {"state": state, "lastUsedAt": used and wire_time(used), "rateLimitPerHour": limit}
