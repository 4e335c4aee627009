"""``manage.py doctor``: does every row have its picture, every picture its row, and the proxy its duties done?"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from config.proxies import NotAsked, examine_proxy
from generations.doctor import Finding, examine
from generations.images.services import STORAGE_ERRORS
from generations.repairs import NotRepairable

NO_ANSWER = 2


class Command(BaseCommand):
    help = (
        "Prove that generations, images, stored objects and the ledger of writes agree, and ask what a proxy in front "
        "passes on. Changes nothing, but with "
        "--repair: then it mends what it safely can beside live workers, and says of each finding what it did or why "
        "not. After the database was restored from a backup, look first: pictures made since belong to no row of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="Compare sizes only; read no picture.")
        parser.add_argument("--repair", action="store_true", help="Mend what can be mended, and say so.")

    def handle(self, *args: Any, quick: bool, repair: bool, **options: Any) -> None:
        findings, repaired = 0, 0
        try:
            for finding in self.examine(quick=quick):
                findings += 1
                self.stdout.write(finding.sentence)
                repaired += repair and self.repair(finding)
        except (OperationalError, InterfaceError, *STORAGE_ERRORS) as error:
            raise CommandError(f"Not examined to the end: {type(error).__name__}.", returncode=NO_ANSWER) from error
        left = findings - repaired
        if left:
            of_all = f", {repaired} more repaired" if repaired else ""
            raise CommandError(f"{left} {'finding' if left == 1 else 'findings'}{of_all}.")
        if repaired:
            self.stdout.write(self.style.SUCCESS(f"Repaired: {repaired}."))
            return
        self.stdout.write(self.style.SUCCESS("Healthy: rows, images, objects and intents agree."))

    def examine(self, *, quick: bool) -> Iterator[Finding]:
        """What is wrong; a proxy that cannot be asked from here is none of it, and is said."""
        yield from examine(quick=quick)
        try:
            yield from examine_proxy()
        except NotAsked as reason:
            self.stdout.write(f"Not known whether the proxy in front drops names with an underscore. {reason}.")

    def repair(self, finding: Finding) -> bool:
        """Mend one finding, and say what was done, or why it was not."""
        try:
            did = finding.repair()
        except NotRepairable as reason:
            self.stdout.write(f"  Not repaired: {reason}.")
            return False
        self.stdout.write(f"  Repaired: {did or 'it had ended by itself'}.")
        return True
