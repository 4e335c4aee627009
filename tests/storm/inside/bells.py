"""More than a tenth of all bells ring twice, as brokers deliver twice."""

import random
from typing import Any

from generations import bell
from tests.storm.inside.orders import journal

TWICE = 0.15


def install() -> None:
    publish = bell.publish

    def publish_perhaps_twice(producer: Any, queue: str) -> None:
        publish(producer, queue)
        journal.tally("bells", "all")
        if random.random() < TWICE:
            publish(producer, queue)
            journal.tally("bells", "doubled")

    bell.publish = publish_perhaps_twice
