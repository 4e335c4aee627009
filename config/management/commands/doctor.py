"""``manage.py doctor``: does every row have its picture, and every picture its row?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from generations.doctor import examine
from generations.images.services import STORAGE_ERRORS

NO_ANSWER = 2


class Command(BaseCommand):
    help = "Prove that generations, images, stored objects and the ledger of writes agree. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="Compare sizes only; read no picture.")

    def handle(self, *args: Any, quick: bool, **options: Any) -> None:
        findings = 0
        try:
            for findings, finding in enumerate(examine(quick=quick), start=1):  # noqa: B007 — counted for the end
                self.stdout.write(finding)
        except (OperationalError, InterfaceError, *STORAGE_ERRORS) as error:
            raise CommandError(f"Not examined to the end: {type(error).__name__}.", returncode=NO_ANSWER) from error
        if findings:
            raise CommandError(f"{findings} {'finding' if findings == 1 else 'findings'}.")
        self.stdout.write(self.style.SUCCESS("Healthy: rows, images, objects and intents agree."))
