"""``manage.py enable_project …``: accept the keys of a disabled project again, and go on with what it has waiting."""

from argparse import ArgumentParser
from typing import Any

from projects.management.operators import PROJECT_HELP, OperatorCommand, find_project, path_of
from projects.organizations import switch_project


class Command(OperatorCommand):
    help = "Accept the keys of a disabled project again, and go on with what it has waiting."
    examples = """
  manage.py enable_project acme/shop
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project", help=PROJECT_HELP)

    def handle(self, *args: Any, **options: Any) -> None:
        project = find_project(options["project"])
        switched = switch_project(project, active=True)
        sentence = f"Project {path_of(project)} {'is' if switched else 'was'} enabled{'' if switched else ' before'}."
        self.answer(options, sentence, project=path_of(project), projectId=str(project.pk), changed=switched)
