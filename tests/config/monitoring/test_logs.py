"""What is logged, and what is not."""

import logging

import pytest

import config.settings  # noqa: F401 — configures logging


@pytest.mark.parametrize("name", ["openai", "google_genai", "httpx", "httpcore", "httpx2", "httpcore2"])
def test_what_vendors_sdks_say_of_each_request_is_not_logged(name):
    logger = logging.getLogger(f"{name}._base_client")
    assert not logger.isEnabledFor(logging.INFO)
    assert logger.isEnabledFor(logging.WARNING)
