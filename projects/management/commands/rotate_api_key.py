"""``manage.py rotate_api_key esl_…``: a key's successor, printed once, and how long the old one lives on."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from projects.management.operators import KEY_HELP, OperatorCommand, described, find_key
from projects.services import (
    LONGEST_OVERLAP_DAYS,
    USUAL_OVERLAP_DAYS,
    ApiKeyRevoked,
    ApiKeyRotated,
    rotate_api_key,
)


class Command(OperatorCommand):
    help = (
        "Issue the successor of an API key, with its project, name and limit, and print it once. The old key is "
        "accepted as well while the overlap lasts, never beyond its own end, so that its clients can be changed."
    )
    examples = """
  manage.py rotate_api_key esl_X3k9QzT1
  manage.py rotate_api_key esl_X3k9QzT1 --overlap-days 30
  manage.py rotate_api_key esl_X3k9QzT1 --overlap-days 0      # others have seen it: it is refused at once
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("api_key", metavar="key", help=KEY_HELP)
        parser.add_argument(
            "--overlap-days",
            type=int,
            default=USUAL_OVERLAP_DAYS,
            help=f"For so long both are accepted, {USUAL_OVERLAP_DAYS} by default; 0: the old one is refused at once.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["overlap_days"]
        if not 0 <= days <= LONGEST_OVERLAP_DAYS:
            raise CommandError(f"--overlap-days is a whole number from 0 to {LONGEST_OVERLAP_DAYS}.")
        old = find_key(options["api_key"])
        try:
            successor, text = rotate_api_key(old, overlap=timedelta(days=days))
        except ApiKeyRevoked:
            raise CommandError(f"{old} is revoked; manage.py issue_api_key makes a new key.") from None
        except ApiKeyRotated:
            raise CommandError(f"{old} has its successor, which is the one to rotate.") from None
        old.refresh_from_db(fields=["expires_at", "revoked_at"])
        replaced = described(old) | {"revoked": old.revoked_at is not None}
        sentences = f"API key: {text}\nThe old one, {old}, {old.fate_at(timezone.now())}."
        self.answer(options, sentences, **described(successor), key=text, replaced=replaced)
