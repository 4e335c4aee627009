"""``manage.py disable_project …``: refuse all keys of a project, and hold what it has waiting."""

from argparse import ArgumentParser
from typing import Any

from projects.management.operators import PROJECT_HELP, OperatorCommand, find_project, path_of
from projects.organizations import switch_project


class Command(OperatorCommand):
    help = "Refuse all keys of a project, and hold what it has waiting; enable_project lets both go on."
    examples = """
  manage.py disable_project acme/shop
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project", help=PROJECT_HELP)

    def handle(self, *args: Any, **options: Any) -> None:
        project = find_project(options["project"])
        switched = switch_project(project, active=False)
        sentence = f"Project {path_of(project)} {'is' if switched else 'was'} disabled{'' if switched else ' before'}."
        self.answer(options, sentence, project=path_of(project), projectId=str(project.pk), changed=switched)
