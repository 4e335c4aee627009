"""The product's settings in a storm: a provider and a storage that misbehave, and an app that hooks into the rest."""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.storm.inside"]
IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.storm.inside.provider.Scripted"}}
IMAGE_PROVIDER_CHAIN = ["default"]
STORAGES = STORAGES | {"default": STORAGES["default"] | {"BACKEND": "tests.storm.inside.storage.StormyStorage"}}
# RabbitMQ is shared by all tests of a run.
CELERY_TASK_DEFAULT_QUEUE = os.environ["STORM_QUEUE"]
MAX_QUEUED = 0
# Three deaths convict a prompt. Here all are innocent, and one in ten storms would by chance hit one of them so often.
MAX_DEATHS = 6
