"""``manage.py revoke_api_key esl_…``: refuse a key from the next request on."""

from argparse import ArgumentParser
from typing import Any

from projects.management.operators import KEY_HELP, OperatorCommand, described, find_key
from projects.services import revoke_api_key


class Command(OperatorCommand):
    help = "Refuse an API key from the next request on. This cannot be undone. One that is revoked stays so."
    examples = """
  manage.py revoke_api_key esl_X3k9QzT1
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("api_key", metavar="key", help=KEY_HELP)

    def handle(self, *args: Any, **options: Any) -> None:
        api_key = find_key(options["api_key"])
        revoked = revoke_api_key(api_key)
        sentence = f"{api_key} is revoked." if revoked else f"{api_key} was revoked before."
        self.answer(options, sentence, **described(api_key), revoked=revoked)
