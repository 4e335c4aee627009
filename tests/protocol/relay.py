"""The steps of the threads beside the workers: relay and collector, as relay.py and images/services.py take them."""

from tests.protocol.state import Collector, Model, State, put
from tests.protocol.worker import DELETED, Steps, held, presume_dead

BEFORE_THE_FILE = {"painted", "announced", "writing"}


def free_stalled(m: Model, s: State) -> Steps:
    """One transaction, under the rows' locks."""
    if not m.protections.relay_runs or s.row.status != "processing" or s.row.lease != "lapsed":
        return
    if m.protections.relay_locks_its_rows:
        yield freed(m, s)
    elif s.relay == "idle":
        yield s._replace(relay="stalled", read=s.row.attempt)


def free_what_was_read(m: Model, s: State) -> Steps:
    """Without the lock: the row may have moved on since it was read."""
    if s.relay == "stalled":
        after = freed(m, s) if held(s.row, s.read) else s
        yield after._replace(relay="idle", read=0)


def freed(m: Model, s: State) -> State:
    s = presume_dead(s, s.row.attempt)
    row = s.row._replace(deaths=s.row.deaths + m.protections.deaths_are_counted, lease="")
    if row.deaths >= m.limits.deaths:
        return s._replace(row=row._replace(status="failed"))
    return s._replace(row=row._replace(status="pending", due=True, ring="now"))


def end_patience(m: Model, s: State) -> Steps:
    """At any moment; one transaction, under the rows' locks."""
    if not m.protections.relay_runs or s.row.status != "pending" or not s.row.waits:
        return
    if m.protections.patience_ends_where_it_still_waits:
        yield s._replace(row=s.row._replace(status="failed"))
    elif s.relay == "idle":
        yield s._replace(relay="impatient")


def fail_what_was_read(m: Model, s: State) -> Steps:
    """Without lock and condition: it may have been taken, or have ended, since it was read."""
    if s.relay == "impatient":
        row = s.row if s.row.status == "gone" else s.row._replace(status="failed", lease="")
        yield s._replace(row=row, relay="idle")


def ring_due(m: Model, s: State) -> Steps:
    """The commit; the ring follows it."""
    due = s.row.status == "pending" and s.row.due and s.row.ring == "now"
    if due and s.relay == "idle" and m.protections.relay_runs:
        yield s._replace(row=s.row._replace(ring="later"), relay="ringing")


def relay_rings(m: Model, s: State) -> Steps:
    if s.relay == "ringing":
        yield s._replace(relay="idle", hint=True)


def relay_dies(m: Model, s: State) -> Steps:
    if s.relay != "idle":
        yield s._replace(relay="idle", read=0)


# ── The collector ────────────────────────────────────────────────────────────────────────────────────────────────────


def collect_due_intents(m: Model, s: State, c: int) -> Steps:
    """Any intent may be overdue at any time. Only this is certain: after a day no PUT of it is under way."""
    if s.collectors[c].at != "idle":
        return
    for key, intent in enumerate(s.intents):
        if intent and (intent != "last" or not file_may_come(m, s, key)):
            doomed = "doomed" if intent == "live" and m.protections.doomed_before_it_is_deleted else intent
            taken = Collector("deleting", key, intent != "last" and m.protections.deleted_twice)
            yield s._replace(intents=put(s.intents, key, doomed), collectors=put(s.collectors, c, taken))


def file_may_come(m: Model, s: State, key: int) -> bool:
    return "flying" in s.files[key] or any(w.at in BEFORE_THE_FILE and m.key(w) == key for w in s.workers)


def delete_object(m: Model, s: State, c: int) -> Steps:
    collector = s.collectors[c]
    if collector.at == "deleting":
        files = put(s.files, collector.key, DELETED[s.files[collector.key]])
        yield s._replace(files=files, collectors=put(s.collectors, c, collector._replace(at="deleted")))


def end_intent(m: Model, s: State, c: int) -> Steps:
    """Put off after the first deletion, gone after the second."""
    collector = s.collectors[c]
    if collector.at != "deleted":
        return
    intent = s.intents[collector.key]
    if m.protections.collector_keeps_to_what_it_read:
        after = {"doomed": "last", "last": "last"} if collector.again else {"doomed": "doomed", "last": ""}
    else:
        after = {"doomed": "last", "last": ""}
    if not m.protections.deleted_twice:
        after = {"doomed": "", "last": ""}
    if not m.protections.doomed_before_it_is_deleted:
        after = {"live": "", "doomed": "", "last": ""}
    intents = put(s.intents, collector.key, after.get(intent, intent))
    yield s._replace(intents=intents, collectors=put(s.collectors, c, Collector()))


def collector_dies(m: Model, s: State, c: int) -> Steps:
    """Or the storage refuses the deletion: both leave the intent for later."""
    if s.collectors[c].at != "idle":
        yield s._replace(collectors=put(s.collectors, c, Collector()))
