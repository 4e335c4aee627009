"""Gives every process of a test run its servers before Django reads its settings.

Loaded by ``-p`` in pyproject.toml, because pytest-django reads the settings before the first conftest.py is imported.
The servers belong to the process that was started first; the workers of pytest-xdist inherit the addresses.
"""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.folder import KeptFolder
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer, own_database

# A developer's own keys: no test spends money.
OF_VENDORS = (
    "IMAGE_PROVIDERS",
    "IMAGE_PROVIDER_CHAIN",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ENHANCER_MODEL",
    "OPENAI_ENHANCER_BASE_URL",
    "GEMINI_API_KEY",
    "GEMINI_ENHANCER_MODEL",
    "GEMINI_ENHANCER_BASE_URL",
    "ENHANCER",
    "PROMPT_ENHANCERS",
    "DIFFUSERS_MODEL",
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if early_config.known_args_namespace.help or early_config.known_args_namespace.version:
        return
    if not WORKER:
        early_config.add_cleanup(start_servers().close)
    os.environ.update(settings_of_this_process())


def start_servers() -> ExitStack:
    """Start what no TEST_… variable names, and name it there."""
    # A cancelled job gets SIGTERM; ended as by Ctrl-C, it tidies up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as servers:
        data = KeptFolder()
        servers.callback(data.remove)
        os.environ["DATA_DIR"] = str(data.path)
        if not os.environ.get("TEST_DATABASE_URL"):
            os.environ["TEST_DATABASE_URL"] = servers.enter_context(PostgresServer()).url("easel")
        if not os.environ.get("TEST_REDIS_URL"):
            os.environ["TEST_REDIS_URL"] = servers.enter_context(RedisServer()).url()
        return servers.pop_all()


def settings_of_this_process() -> dict[str, str]:
    """Return what Django's settings shall find in the environment, whatever the shell or a .env file has there."""
    redis_url = own_database(os.environ["TEST_REDIS_URL"], worker=int(WORKER.removeprefix("gw") or 0))
    return {
        "ENVIRONMENT": "laptop",
        "DEBUG": "off",
        "SECRET_KEY": "",
        "PUBLIC_URL": "",
        "DATABASE_URL": os.environ["TEST_DATABASE_URL"],
        "REDIS_URL": redis_url,
        "BROKER_URL": redis_url,
        "STORAGE_URL": "",
        **dict.fromkeys(OF_VENDORS, ""),
        "DATA_DIR": str(Path(os.environ["DATA_DIR"]) / WORKER),
    }
