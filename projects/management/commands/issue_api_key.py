"""``manage.py issue_api_key --project …``: print a new key, once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from projects.management.operators import (
    PROJECT_HELP,
    OperatorCommand,
    add_key_arguments,
    described,
    find_project,
    refuse_what_no_key_has,
)
from projects.services import issue_api_key


class Command(OperatorCommand):
    help = "Issue an API key for a project and print it once."
    examples = """
  manage.py issue_api_key --project acme/shop --name "web shop"
  manage.py issue_api_key --project shop --days 365 --rate-limit 5000 --json
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--project", required=True, help=PROJECT_HELP)
        parser.add_argument("--name", type=str.strip, default="command line", help="What will use the key.")
        add_key_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_no_key_has(options["name"], days=options["days"], rate_limit=options["rate_limit"])
        life = None if options["days"] is None else timedelta(days=options["days"])
        api_key, text = issue_api_key(
            find_project(options["project"]), name=options["name"], life=life, rate_limit_per_hour=options["rate_limit"]
        )
        self.answer(options, f"API key: {text}", **described(api_key), key=text)
