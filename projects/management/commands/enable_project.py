"""``manage.py enable_project …``: accept the keys of a disabled project again, and go on with what it has waiting."""

from projects.management.operators import SwitchCommand


class Command(SwitchCommand):
    active = True
    help = "Accept the keys of a disabled project again, and go on with what it has waiting."
    examples = """
  manage.py enable_project acme/shop
"""
