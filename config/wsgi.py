"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# These need what Django has set up.
from config.shutdown import call_at_shutdown  # noqa: E402
from generations import notices  # noqa: E402
from generations.slots import in_slots  # noqa: E402

application = in_slots(django_application)
call_at_shutdown(notices.hush)
