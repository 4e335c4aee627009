"""``manage.py disable_project …``: refuse all keys of a project, and hold what it has waiting."""

from projects.management.operators import SwitchCommand


class Command(SwitchCommand):
    active = False
    help = "Refuse all keys of a project, and hold what it has waiting; enable_project lets both go on."
    examples = """
  manage.py disable_project acme/shop
"""
