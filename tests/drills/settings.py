"""Easel as it is, but for a provider that writes down its calls; what waits here is more than may."""

import os

from config.settings import *  # noqa: F403

RECORDED = {"record": os.environ["DRILL_CALLS"], "side": int(os.environ.get("DRILL_PICTURE_SIDE", "8"))}
IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.drills.provider.Recorded", "OPTIONS": RECORDED}}
IMAGE_PROVIDER_CHAIN = ["default"]
MAX_QUEUED = 0
