"""The product with one protection switched off: what a storm has to notice."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import current_thread
from typing import Any

import psycopg
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Subquery
from django.db.models.functions import Now
from psycopg.adapt import Dumper

from generations import services
from generations.exceptions import GenerationNotFound
from generations.images import services as images
from generations.images.models import Image, StorageIntent
from generations.models import Claim, Generation, Status
from generations.models.generation import GenerationQuerySet
from generations.queue import scheduling
from generations.queue.circuit_breaker import Breakers
from generations.services import lifecycle
from generations.worker import background, retry_policy, runner
from projects.compiled_queries import CompiledQuery, CompiledUpdate, Parameter
from projects.models import Project
from tests.storm.inside.replacing import replace


class UnconditionalClaim:
    """Looks which one is next, then takes it, whoever has taken it meanwhile."""

    def __init__(self, served: Any, skip: int) -> None:
        project = Subquery(scheduling.in_turn(scheduling.claimable(served)).values("pk")[skip : skip + 1])
        self._next = CompiledQuery(lambda: Generation.objects.due().filter(project=project))
        self._take = CompiledUpdate(
            lambda: Generation.objects.filter(pk=Parameter("id", models.UUIDField())),
            status=Status.PROCESSING,
            attempt=F("attempt") + 1,
            lease_until=Now() + Parameter("lease", models.DurationField()),
            started_at=Now(),
            updated_at=Now(),
        )

    def take(self, *, lease: timedelta, **looked: Any) -> Any:
        found = self._next.first(**looked)
        return self._take.take(id=found.pk, lease=lease) if found else None


def claim_without_condition() -> None:
    replace(scheduling, claim_statement=UnconditionalClaim)


def heartbeat_without_fence() -> None:
    def renew_lease(rows: GenerationQuerySet, claim: Claim) -> bool:
        lease_until = Now() + timedelta(seconds=settings.LEASE_S)
        return bool(rows.filter(pk=claim.generation_id).update(lease_until=lease_until))

    replace(GenerationQuerySet, renew_lease=renew_lease)


def no_intent() -> None:
    class NobodyKnows:
        def run(self, intent: StorageIntent, **values: Any) -> None:
            """Leave no note of a file that may soon exist."""

    def adopt_unannounced(image: Image) -> None:
        images.NEW_IMAGE.run(image)

    replace(images, NEW_INTENT=NobodyKnows())
    replace(runner, adopt_image=adopt_unannounced)


def delete_without_lock() -> None:
    @transaction.atomic
    def delete_generation(project: Project, generation_id: str) -> None:
        generation = project.generations.filter(pk=services.parse_id(generation_id), deleted_at=None).first()
        if generation is None:
            raise GenerationNotFound
        lifecycle.destroy(generation)

    replace(services, delete_generation=delete_generation)


def no_relay() -> None:
    replace(background.Relay, start=lambda self: None)


def relay_that_waits_for_locks() -> None:
    select_for_update = GenerationQuerySet.select_for_update

    def wait_in_a_relay(rows: GenerationQuerySet, **options: Any) -> Any:
        if current_thread().name.startswith("relay"):
            options.pop("skip_locked", None)
        return select_for_update(rows, **options)

    replace(GenerationQuerySet, select_for_update=wait_in_a_relay)


def retry_lost() -> None:
    """It would be due when nobody looks any more."""
    replace(retry_policy, pause=lambda *args: timedelta(days=1))


def outage_as_failure() -> None:
    """What cannot be asked for now is claimed all the same, and costs its job a retry."""
    replace(retry_policy, has_patience=lambda *args: False)
    replace(Breakers, _open_chains=lambda self: [], admit=lambda *args: None)


class ProcessClock:
    """The time at which a statement is sent, as the machine that sends it believes."""


class ProcessClockDumper(Dumper):
    oid = psycopg.adapters.types["timestamptz"].oid

    def dump(self, clock: Any) -> bytes:
        return datetime.now(UTC).isoformat().encode()


def process_clock() -> None:
    psycopg.adapters.register_dumper(ProcessClock, ProcessClockDumper)
    replace(Now, as_postgresql=lambda *args, **context: ("%s::timestamptz", (ProcessClock(),)))


MUTATIONS: dict[str, Callable[[], None]] = {
    "unconditional claim": claim_without_condition,
    "no fence on heartbeat": heartbeat_without_fence,
    "no intent": no_intent,
    "delete without lock": delete_without_lock,
    "no relay": no_relay,
    "relay without SKIP LOCKED": relay_that_waits_for_locks,
    "retry lost": retry_lost,
    "outage as failure": outage_as_failure,
    "process clock": process_clock,
}


def install() -> None:
    if name := os.environ.get("STORM_MUTANT"):
        MUTATIONS[name]()
