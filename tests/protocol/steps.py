"""Who may do what, where its code is, and whether the world is bound to let it happen."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from tests.protocol import outside, relay, worker
from tests.protocol.state import Model, State

RUNNER, RELAY, IMAGES, SERVICES = (
    f"generations.{module}" for module in ("worker.runner", "worker.maintenance", "images.services", "services")
)
# A worker's steps, by the function that takes each.
OF_A_WORKER = {
    worker.run_generation: "generations.worker.tasks.run_generation",
    worker.claim_next: "generations.queue.scheduling.claim_next",
    worker.beat: "generations.queue.leases.Heartbeat.beat",
    worker.paint: "generations.worker.provider_chain.Chain.paint",
    worker.announce_image: f"{IMAGES}.announce_image",
    worker.write_image: f"{IMAGES}.write_image",
    worker.storage_answers: "generations.worker.storing.store_once",
    worker.succeed: f"{RUNNER}.succeed",
    worker.give_up: f"{RUNNER}.give_up",
    worker.discard_image: f"{IMAGES}.discard_image",
    worker.delete_late_object: f"{IMAGES}.collect_intent",
    worker.drop_late_intent: f"{IMAGES}.collect_intent",
}
OF_A_COLLECTOR = {
    relay.collect_due_intents: f"{IMAGES}.collect_due_intents",
    relay.delete_object: f"{IMAGES}.collect_intent",
    relay.end_intent: f"{IMAGES}.collect_intent",
}
OF_THE_RELAY = {
    relay.free_stalled: f"{RELAY}.free_stalled",
    relay.free_what_was_read: f"{RELAY}.free_stalled",
    relay.end_patience: f"{RELAY}.end_patience",
    relay.fail_what_was_read: f"{RELAY}.end_patience",
    relay.ring_due: f"{RELAY}.ring_due",
    relay.relay_rings: "generations.queue.broker.Bell.ring",
}
OF_CALLERS = {
    outside.delete_generation: f"{SERVICES}.delete_generation",
    outside.delete_what_was_read: f"{SERVICES}.delete_generation",
    outside.cancel_generation: f"{SERVICES}.cancel_generation",
    outside.repeat_generation: f"{SERVICES}.repeat_generation",
}
OF_TIME = (
    outside.lease_lapses,
    outside.abandoned_lease_lapses,
    outside.next_attempt_comes,
    outside.ring_comes,
    outside.object_lands,
)
FAULTS = (outside.hint_is_lost, outside.object_is_lost, relay.relay_dies)
FAULTS_OF_A_WORKER = (
    worker.hint_is_doubled,
    worker.past_the_deadline,
    worker.provider_fails,
    worker.provider_is_down,
    worker.storage_fails,
    worker.store_again,
    worker.commit_unheard,
    worker.give_back,
    worker.worker_dies,
)
FAULTS_OF_A_COLLECTOR = (relay.collector_dies,)
MEANT = OF_A_WORKER | OF_A_COLLECTOR | OF_THE_RELAY | OF_CALLERS


class Step(NamedTuple):
    name: str
    worker: int | None
    """Its place in the state, if a worker takes it."""
    who: str
    is_bound_to_happen: bool
    """Not a fault, and no caller's wish: what goes on when all is left alone."""
    next: Callable[[State], Iterator[State]]


def steps_of(m: Model) -> list[Step]:
    found: list[Step] = []

    def add(functions: Iterable[Any], who: str, *, bound: bool, **number: int) -> None:
        found.extend(
            Step(function.__name__, number.get("w"), who, bound, partial(function, m, **number))
            for function in functions
        )

    for w in range(m.limits.workers):
        add(OF_A_WORKER, f"worker {w + 1}", bound=True, w=w)
        add(FAULTS_OF_A_WORKER, f"worker {w + 1}", bound=False, w=w)
    for c in range(m.limits.collectors):
        add(OF_A_COLLECTOR, f"collector {c + 1}", bound=True, c=c)
        add(FAULTS_OF_A_COLLECTOR, f"collector {c + 1}", bound=False, c=c)
    add(OF_THE_RELAY, "relay", bound=True)
    add(OF_CALLERS, "caller", bound=False)
    add(OF_TIME, "time", bound=True)
    add(FAULTS, "fault", bound=False)
    return found
