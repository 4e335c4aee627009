"""The WSGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django.setup(set_prefix=False)

# These need what Django has set up.
from config.handler import Handler  # noqa: E402
from config.shutdown import call_at_shutdown  # noqa: E402
from generations import notices  # noqa: E402
from generations.slots import in_slots  # noqa: E402

application = in_slots(Handler())
call_at_shutdown(notices.hush)
