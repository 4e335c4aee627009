"""Whoever waits for a generation hears of each change of its row, once that is committed."""

import threading
import time
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from generations import events, notifications, services
from generations.models import Claim, Generation, Status
from generations.notifications.subscriptions import Registry
from generations.providers import ErrorCode, ProviderError
from generations.queue.circuit_breaker import Breakers
from generations.queue.routing import chain_of
from generations.worker import claiming, runner
from generations.worker.progress import Progress
from generations.worker.provider_chain import Chain
from tests.factories import GenerationFactory

on_postgresql = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(database_url):
    """What another process has heard since it was last asked."""
    with psycopg.connect(database_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {notifications.CHANNEL}")
        yield lambda: [notice.payload for notice in listening.notifies(timeout=0.5, stop_after=1)]


def held(generation):
    return Generation.objects.select_related("project").get(pk=generation.pk)


CHANGES = {
    "claimed": ({}, lambda generation: claiming.take(generation.pk)),
    "given up": (
        {"processing": True},
        lambda generation: runner.give_up(
            held(generation),
            Chain(chain_of(""), generation_id=generation.pk, breakers=Breakers(), ends_at=0, now=timezone.now),
            ProviderError("No.", code=ErrorCode.CONTENT_BLOCKED),
        ),
    ),
    "failed by an operator": ({}, services.fail_generation),
    "run again": ({"failed": True}, services.retry_generation),
    "moved to the trash": ({}, services.trash_generation),
    "deleted": ({}, lambda generation: services.delete_generation(generation.project, str(generation.pk))),
    "purged": ({"success": True}, services.purge_generation),
    "painted on": ({"processing": True}, lambda generation: Progress(Claim(generation.pk, 1), threading.Event())(0.5)),
}


@on_postgresql
@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_heard_in_other_processes(heard, change):
    state, act = CHANGES[change]
    generation = GenerationFactory(**state)
    act(generation)
    assert heard() == [str(generation.pk)]


@on_postgresql
def test_what_changes_nothing_is_not_heard(heard):
    ended = GenerationFactory(success=True)
    services.fail_generation(ended)
    services.retry_generation(ended)
    Progress(Claim(ended.pk, 1), threading.Event())(0.5)
    assert heard() == []


@on_postgresql
def test_nothing_is_heard_before_the_commit_nor_of_what_is_rolled_back(heard):
    generation = GenerationFactory()
    with transaction.atomic():
        events.announce(generation, Status.FAILED)
        assert heard() == []
    assert heard() == [str(generation.pk)]
    with transaction.atomic():
        events.announce(generation, Status.FAILED)
        transaction.set_rollback(True)
    assert heard() == []


# ── In one process ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_those_who_wait_for_it_are_woken():
    registry, mine, other = Registry(lambda: True), uuid4(), uuid4()
    with registry.subscribe(mine) as first, registry.subscribe(mine) as second, registry.subscribe(other) as third:
        registry.tell(mine)
        assert (first.wait(0), second.wait(0), third.wait(0)) == (True, True, False)
        assert not first.wait(0)
    registry.tell(mine)


def test_a_notice_between_reading_and_waiting_is_not_missed():
    registry, mine = Registry(lambda: True), uuid4()
    with registry.subscribe(mine) as subscription:
        registry.tell(mine)
        assert subscription.wait(60)


def test_while_the_channel_is_cut_the_row_is_looked_at_every_few_seconds(monkeypatch):
    monkeypatch.setattr("generations.notifications.subscriptions.DEAF_LOOK_AGAIN_S", 0.05)
    with Registry(lambda: False).subscribe(uuid4()) as subscription:
        began = time.monotonic()
        assert subscription.wait(60)
        assert time.monotonic() - began < 10
        assert not subscription.wait(0.01)


def test_whoever_waits_is_let_go_when_the_process_ends():
    registry = Registry(lambda: True)
    with registry.subscribe(uuid4()) as subscription:
        threading.Timer(0.05, registry.close).start()
        assert not subscription.wait(60)
        assert subscription.closed
    with registry.subscribe(uuid4()) as too_late:
        assert not too_late.wait(60)


def test_nobody_is_remembered():
    registry, mine = Registry(lambda: True), uuid4()
    with registry.subscribe(mine), registry.subscribe(mine):
        pass
    assert not registry._subscriptions
