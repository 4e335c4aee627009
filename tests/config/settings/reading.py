"""The settings that a set of environment variables makes, read in this process: ten milliseconds and no start."""

import os
import runpy
from contextlib import ExitStack
from types import SimpleNamespace
from unittest import mock

from config.settings import environment
from tests.production.files import ROOT

# The least that each kind of machine needs.
LAPTOP = {"DATA_DIR": "/tmp/never-written", "SECRET_KEY": "k" * 50}
PRODUCTION = LAPTOP | {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "easel.example",
    "DATABASE_URL": "postgres://easel@db.example/easel",
}


def settings_of(variables: dict[str, str], *, dotenv: dict[str, str] | None = None) -> SimpleNamespace:
    """Every setting, as ``config.settings`` would have it in a process with these variables and this .env file."""
    with ExitStack() as patches:
        patches.enter_context(mock.patch.dict(os.environ, {"HOME": "/home/somebody", **variables}, clear=True))
        patches.enter_context(mock.patch.object(environment, "read_dotenv", return_value=dotenv or {}))
        # This process keeps its logs.
        logs = patches.enter_context(mock.patch("config.monitoring.logs.configure"))
        found = runpy.run_path(str(ROOT / "config" / "settings" / "__init__.py"))
        return SimpleNamespace(**found, LOGS=logs.call_args.kwargs)
