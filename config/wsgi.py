"""The WSGI application."""

import os

import django
from django.conf import settings

from config.refusal import in_one_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

with in_one_sentence():
    django.setup(set_prefix=False)

# These need what Django has set up.
from config.admission import admit
from config.handler import Handler
from config.shutdown import call_at_shutdown
from config.stalls import end_stalled_connections
from config.start import refuse_newer_database
from config.summary import announce_web
from generations import notices

with in_one_sentence():
    refuse_newer_database()

application = admit(Handler())
call_at_shutdown(notices.hush)
end_stalled_connections(settings.SEND_STALL_S)
announce_web()
