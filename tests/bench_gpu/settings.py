"""Easel as it is, but for the weights that paint."""

import json
import os

from config.settings import *  # noqa: F403

IMAGE_PROVIDERS = {
    "default": {
        "BACKEND": "generations.providers.diffusers.DiffusersProvider",
        "OPTIONS": json.loads(os.environ["BENCH_PAINTING"]),
    }
}
IMAGE_PROVIDER_CHAIN = ["default"]
