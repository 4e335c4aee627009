"""What is wrong with the configuration is said in one sentence, whoever starts: manage.py, granian or Celery.

Not in config/settings: to import anything from that package is to read the settings, before this could say anything.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """End the process where a setting is refused; a traceback would bury the sentence under forty lines of Python.

    So it does where a command finds no database behind DATABASE_URL, or one without tables.
    """
    try:
        yield
    except ImproperlyConfigured as error:
        sentence = f"Easel does not start: {error}"
    except OperationalError as error:
        reason = str(error).strip().partition("\n")[0]
        sentence = f"The database of DATABASE_URL does not do it: {reason}. Tables are made by manage.py migrate."
    else:
        return
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)
