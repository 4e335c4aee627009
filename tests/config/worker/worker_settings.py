"""The settings with a provider that takes as long as its prompt says, and a queue of the test's own."""

import os

from config.settings import *  # noqa: F403

IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.providers.Prompted"}}
IMAGE_PROVIDER_CHAIN = ["default"]
CELERY_TASK_DEFAULT_QUEUE = os.environ["QUEUE"]
