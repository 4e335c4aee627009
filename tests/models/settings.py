"""The product's settings for processes that a test starts: pictures come from the weights in a folder."""

import os

from config.settings import *  # noqa: F403

IMAGE_PROVIDERS = {
    "default": {
        "BACKEND": "generations.providers.diffusers.DiffusersProvider",
        "OPTIONS": {"model": os.environ["TEST_WEIGHTS"], "steps": 2, "max_pixels": 64 * 64},
    }
}
IMAGE_PROVIDER_CHAIN = ["default"]
