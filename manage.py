#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What a command prints is its answer; what it logs goes beside it.
    os.environ["LOG_STREAM"] = os.environ.get("LOG_STREAM") or "stderr"
    from django.core.management import execute_from_command_line

    from config.refusal import in_one_sentence

    with in_one_sentence():
        execute_from_command_line(sys.argv)
