"""What the metrics say of generations and keys: asked of the database and the broker at scrape time, at most every 5 s.

Pending and processing are exact, from their own small indexes. What has ended is shown for the last hour, because
counting a million finished rows at each scrape would cost more than the pictures do.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.monitoring.health import PROBES, Probe, finish, is_up, refuse_read_only
from generations.models import Status
from generations.monitoring.last_hour import Group, recent
from generations.monitoring.queue_depth import Outage, Waiting, hints_waiting, outages, processing, waiting
from projects.models import ENDS_SOON
from projects.services import KeysToReplace, keys_to_replace
from projects.webhooks.models import Endpoint

KEEP_S = 5.0

Rows = tuple[Waiting, int, list[Group], list[Outage], KeysToReplace, dict[str, int]]


def failing_webhooks() -> dict[str, int]:
    """How many of them, by state."""
    return {"failing": Endpoint.objects.failing().count(), "given_up": Endpoint.objects.given_up().count()}


def look_at_rows() -> Rows:
    try:
        found = waiting(), processing(), recent(), outages(), keys_to_replace(), failing_webhooks()
        refuse_read_only()
    finally:
        connection.close()
    return found


ROWS = Probe(look_at_rows, keep_s=KEEP_S)
HINTS = Probe(hints_waiting, keep_s=KEEP_S)


class Gauges(Collector):
    """A part that is down leaves its own metrics out, and ``easel_up`` says so."""

    def collect(self) -> Iterable[Metric]:
        rows, hints = ROWS.start(), HINTS.start()
        looks = (rows, hints, PROBES["storage"].start())
        finish(looks)
        up = GaugeMetricFamily("easel_up", "Whether this part answers.", labels=["part"])
        for part, look in zip(("database", "broker", "storage"), looks, strict=True):
            up.add_metric([part], is_up(look))
        yield up
        if is_up(hints):
            yield GaugeMetricFamily("easel_broker_hints", "Hints that lie in the broker's queue.", hints.result())
        if is_up(rows):
            yield from of_rows(*rows.result())


def of_rows(
    pending: Waiting,
    processing: int,
    groups: list[Group],
    down: list[Outage],
    keys: KeysToReplace,
    webhooks: dict[str, int],
) -> Iterable[Metric]:
    depth = GaugeMetricFamily(
        "easel_queue_depth",
        "Generations that have not ended, by status; held are the pending ones of disabled projects.",
        labels=["status"],
    )
    depth.add_metric(["pending"], pending.count)
    depth.add_metric(["held"], pending.held)
    depth.add_metric(["processing"], processing)
    yield depth
    age = "Age of the oldest pending generation; 0 where none waits."
    yield GaugeMetricFamily("easel_oldest_pending_seconds", age, pending.oldest_s or 0)
    held = "Pending generations that wait because this provider, and any other that they may have, is down."
    waits = GaugeMetricFamily("easel_waiting_for_provider", held, labels=["provider"])
    counts: Counter[str] = Counter()
    for outage in down:
        counts[outage.hold.provider] += outage.count
    for provider, count in counts.items():
        waits.add_metric([provider], count)
    yield waits
    yield from of_keys(keys)
    yield from of_webhooks(webhooks)
    yield from of_last_hour(groups)


def of_keys(keys: KeysToReplace) -> Iterable[Metric]:
    soon = f"API keys that end within {ENDS_SOON.days} days and have no successor."
    yield GaugeMetricFamily("easel_api_keys_ending_soon", soon, keys.ending_soon)
    if keys.first_ends_in_s is not None:
        first = "Until the first API key ends that has no successor; left out where there is none."
        yield GaugeMetricFamily("easel_api_key_ends_in_seconds", first, keys.first_ends_in_s)


def of_webhooks(webhooks: dict[str, int]) -> Iterable[Metric]:
    trouble = "Webhooks without a success for a while, and those that were disabled for it or by their answer of 410."
    count = GaugeMetricFamily("easel_webhooks", trouble, labels=["state"])
    for state, number in webhooks.items():
        count.add_metric([state], number)
    yield count


def of_last_hour(groups: list[Group]) -> Iterable[Metric]:
    labels = ["status", "provider"]
    count = GaugeMetricFamily("easel_generations_last_hour", "Generations created within the last hour.", labels=labels)
    seconds = GaugeHistogramMetricFamily(
        "easel_generation_duration_last_hour_seconds",
        "Claim to stored image, of those created within the last hour.",
        labels=["provider"],
    )
    for group in groups:
        count.add_metric([group.status, group.provider], group.count)
        if group.status == Status.SUCCESS:
            buckets = [(str(float(s)), n) for s, n in group.within.items()] + [("+Inf", group.timed)]
            seconds.add_metric([group.provider], buckets, group.seconds)
    yield count
    yield seconds


GAUGES = CollectorRegistry()
GAUGES.register(Gauges())
