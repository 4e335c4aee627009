"""``manage.py doctor``: does every row have its picture, every picture its row, and the proxy its duties done?"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError

from config.monitoring.proxies import NotAsked, examine_proxy
from generations.images.services import STORAGE_ERRORS
from generations.monitoring.consistency import Finding, examine
from generations.worker.repairs import NotRepairable
from projects.management.operators import OperatorCommand

NO_ANSWER = 2


class Command(OperatorCommand):
    help = (
        "Prove that generations, images, stored objects and the ledger of writes agree, and ask what a proxy in front "
        "passes on. Changes nothing, but with --repair: "
        "then it mends what it safely can beside live workers, and says of each finding what it did or why "
        "not. After the database was restored from a backup, look first: pictures made since belong to no row of it."
    )
    examples = """
  manage.py doctor
  manage.py doctor --quick --json | jq -r '.findings[].finding'
  manage.py doctor --repair
"""
    exits = (
        "Ends with 0 when all agrees or was repaired, 1 when findings are left, 2 when it could not look to the end or "
        "the command line is wrong. With --json, stdout has one JSON object and nothing else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--quick", action="store_true", help="Compare sizes only; read no picture.")
        parser.add_argument("--repair", action="store_true", help="Mend what can be mended, and say so.")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As ever; but 1 says that something was found, so that a database that cannot be looked at is a 2."""
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError, ImproperlyConfigured) as error:
            raise CommandError(f"Not examined. {first_line(error)}", returncode=NO_ANSWER) from error

    def handle(self, *args: Any, quick: bool, repair: bool, as_json: bool, **options: Any) -> None:
        found: list[dict[str, Any]] = []
        not_known: list[str] = []
        try:
            for finding in self.examine(quick=quick, not_known=not_known):
                found.append(self.see_to(finding, repair=repair))
                if not as_json:
                    self.stdout.write("\n".join(said_of(found[-1])))
        except (OperationalError, InterfaceError, *STORAGE_ERRORS) as error:
            raise CommandError(f"Not examined to the end: {type(error).__name__}.", returncode=NO_ANSWER) from error
        repaired = sum(each["repaired"] is not None for each in found)
        left = len(found) - repaired
        if as_json:
            facts = {"healthy": not left, "findings": found, "notKnown": not_known}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            for sentence in not_known:
                self.stdout.write(sentence)
        if left:
            of_all = f", {repaired} more repaired" if repaired else ""
            raise CommandError(f"{left} {'finding' if left == 1 else 'findings'}{of_all}.")
        if not as_json:
            healthy = "Healthy: rows, images, objects and intents agree."
            self.stdout.write(self.style.SUCCESS(f"Repaired: {repaired}." if repaired else healthy))

    def examine(self, *, quick: bool, not_known: list[str]) -> Iterator[Finding]:
        """What is wrong; a proxy that cannot be asked from here is none of it, and is said."""
        yield from examine(quick=quick)
        try:
            yield from examine_proxy()
        except NotAsked as reason:
            not_known.append(f"Not known whether the proxy in front drops names with an underscore. {reason}.")

    def see_to(self, finding: Finding, *, repair: bool) -> dict[str, Any]:
        """One finding, what was done about it, or why it was not."""
        seen: dict[str, Any] = {"finding": finding.sentence, "repaired": None, "notRepaired": None}
        if repair:
            try:
                seen["repaired"] = finding.repair() or "it had ended by itself"
            except NotRepairable as reason:
                seen["notRepaired"] = str(reason)
        return seen


def first_line(error: Exception) -> str:
    """PostgreSQL's errors have more than one."""
    return str(error).strip().partition("\n")[0]


def said_of(seen: dict[str, Any]) -> list[str]:
    outcome = {"  Repaired": seen["repaired"], "  Not repaired": seen["notRepaired"]}
    return [seen["finding"], *(f"{word}: {what}." for word, what in outcome.items() if what)]
