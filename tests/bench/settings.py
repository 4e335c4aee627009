"""Easel as it is, but for a provider that costs nothing. Requests are counted as ever; the keys' limits are high."""

from config.settings import *  # noqa: F403

IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.bench.provider.NullProvider", "OPTIONS": {}}}
IMAGE_PROVIDER_CHAIN = ["default"]
# What the requests leave behind waits, and is more than may.
MAX_QUEUED = 0
