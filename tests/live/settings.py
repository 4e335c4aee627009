"""The product's settings for processes that a test starts: a provider that does what the prompt says."""

import os

from config.settings import *  # noqa: F403

IMAGE_PROVIDERS = {
    "default": {"BACKEND": "tests.providers.Prompted"},
    "local": {"BACKEND": "tests.providers.OnGpu"},
}
IMAGE_PROVIDER_CHAIN = ["default"]
# RabbitMQ is shared by all tests of a run.
CELERY_TASK_DEFAULT_QUEUE = os.environ["TEST_QUEUE"]
