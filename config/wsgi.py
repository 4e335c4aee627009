"""The WSGI application."""

import os

import django
from django.conf import settings

from config.refusal import in_one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

with in_one_sentence():
    django.setup(set_prefix=False)

# These need what Django has set up.
from config.monitoring.summary import announce_web
from config.start import refuse_newer_database
from config.web.admission import admit
from config.web.handler import Handler
from config.web.shutdown import call_at_shutdown
from config.web.stalled_clients import end_stalled_connections
from generations import notifications

with in_one_sentence():
    refuse_newer_database()

application = admit(Handler())
call_at_shutdown(notifications.hush)
end_stalled_connections(settings.SEND_STALL_S)
announce_web()
