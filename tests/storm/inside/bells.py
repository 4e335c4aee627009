"""More than a tenth of all bells ring twice, as brokers deliver twice."""

import random
from typing import Any

from generations.queue import broker
from tests.storm.inside.orders import journal
from tests.storm.inside.replacing import replace

TWICE = 0.15


def install() -> None:
    publish = broker.publish

    def publish_perhaps_twice(producer: Any, queue: str) -> None:
        publish(producer, queue)
        journal.tally("bells", "all")
        if random.random() < TWICE:
            publish(producer, queue)
            journal.tally("bells", "doubled")

    replace(broker, publish=publish_perhaps_twice)
