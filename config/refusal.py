"""What is wrong with the configuration is said in one sentence, whoever starts: manage.py, granian or Celery."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """End the process where a setting is refused; a traceback would bury the sentence under forty lines of Python."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Easel does not start: {error}\n")
        raise SystemExit(1) from None
