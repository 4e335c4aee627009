"""The protocol in small, explored to its last state; and without any one of its protections, found wanting."""

import gc
from dataclasses import fields, replace
from pkgutil import resolve_name

import pytest

from tests.protocol.checker import CANNOT_END, Found, Search
from tests.protocol.state import Limits, Model, Protections
from tests.protocol.steps import MEANT

TWO_WORKERS = Limits(retries=0, deaths=2)
A_RETRY = Limits(workers=1, retries=1, deaths=1)
TWO_COLLECTORS = Limits(workers=1, collectors=2, retries=0, deaths=1)
A_SECOND_WRITE = Limits(workers=1, retries=0, deaths=1, rewrites=1)
A_REPEAT = Limits(workers=1, retries=0, deaths=1, repeats=1)
A_RETURN = Limits(workers=1, retries=0, deaths=1, returns=1)
TWO_AND_A_RETURN = Limits(retries=0, deaths=1, returns=1)
AN_OUTAGE = Limits(workers=1, retries=1, deaths=1, waits=1)
SMALL = Limits(retries=0, deaths=1)
MUTANTS = {
    # The eight of the storm. The process' clock errs in two ways, and the relay takes its rows without any lock.
    "claim_asks_for_a_waiting_row": (SMALL, "an ended generation has another end"),
    "heartbeat_is_fenced": (SMALL, "a worker without the claim has changed the row"),
    "intent_before_the_file": (SMALL, "a file of which no row knows"),
    "delete_locks_the_row": (SMALL, "an image row that belongs to nobody"),
    "relay_runs": (SMALL, CANNOT_END),
    "relay_locks_its_rows": (SMALL, "a claim taken from a worker that had renewed it"),
    "retry_is_in_the_row": (A_RETRY, CANNOT_END),
    "claim_by_the_databases_clock": (A_RETRY, "a generation taken before its time"),
    "lease_by_the_databases_clock": (SMALL, CANNOT_END),
    # And others.
    "claim_counts_the_attempt": (TWO_WORKERS, "a provider asked twice in one attempt"),
    "success_is_fenced": (SMALL, "an ended generation has another end"),
    "failure_is_fenced": (SMALL, "an ended generation has another end"),
    "deaths_are_counted": (SMALL, "an attempt that no budget paid for"),
    "intent_must_live_to_be_adopted": (SMALL, "a success without its image or its file"),
    "doomed_before_it_is_deleted": (SMALL, "a file of which no row knows"),
    "deleted_twice": (SMALL, "a file of which no row knows"),
    "collector_keeps_to_what_it_read": (SMALL, "a file of which no row knows"),
    "each_attempt_has_a_key_of_its_own": (TWO_WORKERS, "a success without its image or its file"),
    "each_write_has_a_key_of_its_own": (A_SECOND_WRITE, "a file of which no row knows"),
    "lost_commit_is_asked_after": (SMALL, "a success without its image or its file"),
    "delete_leaves_an_intent": (SMALL, "a file of which no row knows"),
    "patience_ends_where_it_still_waits": (AN_OUTAGE, "an ended generation has another end"),
    "cancel_asks_for_an_open_row": (SMALL, "an ended generation has another end"),
    "give_back_is_fenced": (TWO_AND_A_RETURN, "an ended generation has another end"),
    "abandoned_claims_count": (SMALL, "a worker paints and counts nowhere"),
}


def explore(limits: Limits, **protections: bool) -> Found:
    """The collector of garbage finds none among states, and looks at each of them again and again."""
    gc.disable()
    try:
        return Search(Model(limits, replace(Protections(), **protections))).run()
    finally:
        gc.enable()


def test_two_workers_break_no_promise_in_any_of_300_000_states():
    found = explore(TWO_WORKERS)
    assert not found.violation, found.trace
    assert found.states >= 300_000


@pytest.mark.parametrize("limits", [A_RETRY, TWO_COLLECTORS, A_SECOND_WRITE, A_REPEAT, A_RETURN, AN_OUTAGE], ids=str)
def test_nor_do_a_retry_a_second_collector_a_second_write_a_repeat_a_return_or_an_outage(limits):
    found = explore(limits)
    assert not found.violation, found.trace
    assert found.states >= 10_000


@pytest.mark.parametrize("protection", MUTANTS)
def test_without_it_a_promise_is_broken(protection):
    limits, promise = MUTANTS[protection]
    found = explore(limits, **{protection: False})
    assert found.violation == promise, found.trace


def test_no_protection_is_taken_on_trust():
    assert set(MUTANTS) == {field.name for field in fields(Protections)}


def test_a_counterexample_can_be_read():
    found = explore(SMALL, failure_is_fenced=False)
    assert found.trace.splitlines()[0] == found.violation == "an ended generation has another end"
    steps = [line[14:36].strip() for line in found.trace.splitlines()[1:]]
    assert steps[-2:] == ["cancel_generation", "give_up"]
    assert "status 'canceled' → 'failed'" in found.trace


@pytest.mark.parametrize("name", sorted(set(MEANT.values())))
def test_each_step_is_one_of_a_function_that_there_is(name):
    assert callable(resolve_name(name))
