"""What comes from outside: callers, the broker, the network and time."""

from tests.protocol.state import Model, Row, State, put
from tests.protocol.worker import Steps, presume_dead


def delete_generation(m: Model, s: State) -> Steps:
    """One transaction, which locks the row before it reads its image."""
    if s.row.status == "gone" or s.deleter != "idle":
        return
    if m.protections.delete_locks_the_row:
        yield deleted(m, s, s.row.image)
    else:
        yield s._replace(deleter="has read no image" if not s.row.image else "has read its image")


def delete_what_was_read(m: Model, s: State) -> Steps:
    """Without the lock: an image may have come since."""
    if s.deleter != "idle":
        yield deleted(m, s, s.row.image if s.deleter == "has read its image" else 0)._replace(deleter="idle")


def deleted(m: Model, s: State, image: int) -> State:
    after = abandon(m, s)._replace(row=Row("gone", s.row.attempt, repeats=s.row.repeats))
    if not image:
        return after
    intents = put(s.intents, image, "last") if m.protections.delete_leaves_an_intent else s.intents
    return after._replace(images=put(s.images, image, False), intents=intents)


def cancel_generation(m: Model, s: State) -> Steps:
    is_open = s.row.status in ("pending", "processing")
    if is_open or (s.row.status != "gone" and not m.protections.cancel_asks_for_an_open_row):
        yield abandon(m, s)._replace(row=s.row._replace(status="canceled", due=True, ring="later", lease=""))


def abandon(m: Model, s: State) -> State:
    """The claim that a worker has counts on, in the transaction that takes its row away."""
    if s.row.status != "processing":
        return s
    if s.row.lease == "lapsed":
        return presume_dead(s, s.row.attempt)
    return s._replace(abandoned=put(s.abandoned, s.row.attempt, m.protections.abandoned_claims_count))


def repeat_generation(m: Model, s: State) -> Steps:
    row = s.row
    if row.status in ("failed", "canceled") and row.repeats < m.limits.repeats:
        again = row._replace(status="pending", retries=0, deaths=0, repeats=row.repeats + 1, due=True, ring="later")
        yield s._replace(row=again, hint=True)


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def lease_lapses(m: Model, s: State) -> Steps:
    """At any moment, however alive the worker is."""
    if s.row.lease == "live":
        yield s._replace(row=s.row._replace(lease="lapsed"))


def abandoned_lease_lapses(m: Model, s: State) -> Steps:
    for claim, counts in enumerate(s.abandoned):
        if counts:
            yield presume_dead(s._replace(abandoned=put(s.abandoned, claim, False)), claim)


def next_attempt_comes(m: Model, s: State) -> Steps:
    if s.row.status == "pending" and not s.row.due:
        yield s._replace(row=s.row._replace(due=True))


def ring_comes(m: Model, s: State) -> Steps:
    if s.row.status == "pending" and s.row.ring == "later":
        yield s._replace(row=s.row._replace(ring="now"))


def object_lands(m: Model, s: State) -> Steps:
    for key, file in enumerate(s.files):
        if "flying" in file:
            yield s._replace(files=put(s.files, key, "there and flying" if file == "flying twice" else "there"))


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def hint_is_lost(m: Model, s: State) -> Steps:
    """The broker is flushed, or the web process dies before it has rung."""
    if s.hint:
        yield s._replace(hint=False)


def object_is_lost(m: Model, s: State) -> Steps:
    """A PUT that failed outright, or broke off behind a worker's back."""
    for key, file in enumerate(s.files):
        if file == "flying" and not any(w.at == "writing" and m.key(w) == key for w in s.workers):
            yield s._replace(files=put(s.files, key, ""))
