"""A worker's steps, as generations.worker.runner takes them: each a commit or a side effect. It may die after any."""

from collections.abc import Iterator

from tests.protocol.state import Model, Row, State, Worker, put

IDLE = Worker()
HOLDS_A_CLAIM = {"claimed", "painted", "announced", "writing", "written", "passing", "refused", "down"}
Steps = Iterator[State]
# What becomes of an object when a PUT of its key begins, or when it is deleted.
STARTED = {"": "flying", "flying": "flying twice", "there": "there and flying", "there and flying": "there and flying"}
DELETED = {"": "", "flying": "flying", "flying twice": "flying twice", "there": "", "there and flying": "flying"}


def at(s: State, w: int, where: str) -> tuple[Worker, ...]:
    return put(s.workers, w, s.workers[w]._replace(at=where))


def held(row: Row, claim: int) -> bool:
    """The fence."""
    return row.status == "processing" and row.attempt == claim


def let_go(s: State, w: int) -> State:
    """It has nothing more in hand."""
    claim = s.workers[w].claim
    abandoned = put(s.abandoned, claim, False) if s.abandoned[claim] else s.abandoned
    return s._replace(workers=put(s.workers, w, IDLE), abandoned=abandoned)


def presume_dead(s: State, claim: int) -> State:
    """Its lease has run out: whoever holds it counts no more."""
    workers = tuple(w._replace(counts_as_dead=True) if w.claim == claim else w for w in s.workers)
    return s._replace(workers=workers)


def run_generation(m: Model, s: State, w: int) -> Steps:
    """A hint is taken out of the broker, and acknowledged at once."""
    if s.workers[w].at == "idle" and s.hint:
        yield s._replace(hint=False, workers=at(s, w, "called"))


def hint_is_doubled(m: Model, s: State, w: int) -> Steps:
    """The worker has it, and it is still there."""
    if s.workers[w].at == "idle" and s.hint:
        yield s._replace(workers=at(s, w, "called"))


def claim_next(m: Model, s: State, w: int) -> Steps:
    if s.workers[w].at != "called":
        return
    row = s.row
    waiting = row.status == "pending" or not m.protections.claim_asks_for_a_waiting_row
    due = row.due or not m.protections.claim_by_the_databases_clock
    if not (waiting and due) or row.status == "gone" or row.attempt == m.most_attempts:
        yield s._replace(workers=put(s.workers, w, IDLE))
        return
    lease = "live" if m.protections.lease_by_the_databases_clock else "endless"
    attempt = row.attempt + 1 if m.protections.claim_counts_the_attempt else 1
    claimed = row._replace(status="processing", attempt=attempt, lease=lease, due=True, ring="later")
    yield s._replace(row=claimed, workers=put(s.workers, w, Worker("claimed", claimed.attempt)))


def beat(m: Model, s: State, w: int) -> Steps:
    """The thread beside the steps. Only a provider that is still painting hears of a lost claim."""
    worker = s.workers[w]
    if worker.at not in HOLDS_A_CLAIM or worker.lost:
        return
    if held(s.row, worker.claim) or not (m.protections.heartbeat_is_fenced or s.row.status == "gone"):
        if s.row.lease != "endless":
            yield s._replace(row=s.row._replace(lease="live"))
    elif worker.at == "claimed":
        yield s._replace(workers=put(s.workers, w, worker._replace(lost=True)))


def past_the_deadline(m: Model, s: State, w: int) -> Steps:
    """The heartbeat renews no lease of a job that has lasted too long."""
    worker = s.workers[w]
    if worker.at == "claimed" and not worker.lost:
        yield s._replace(workers=put(s.workers, w, worker._replace(lost=True)))


def paint(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at == "claimed":
        if worker.lost:
            yield let_go(s, w)
        else:
            yield s._replace(calls=s.calls + 1, workers=at(s, w, "painted"))


def provider_fails(m: Model, s: State, w: int) -> Steps:
    if s.workers[w].at == "claimed" and not s.workers[w].lost:
        yield s._replace(calls=s.calls + 1, workers=at(s, w, "passing"))
        yield s._replace(calls=s.calls + 1, workers=at(s, w, "refused"))


def provider_is_down(m: Model, s: State, w: int) -> Steps:
    """It cannot be reached, or it sends away. Nobody is asked at all while a breaker is open: then nothing is taken."""
    if m.limits.waits and s.workers[w].at == "claimed" and not s.workers[w].lost:
        yield s._replace(calls=s.calls + 1, workers=at(s, w, "down"))


def announce_image(m: Model, s: State, w: int) -> Steps:
    if s.workers[w].at == "painted":
        yield announced(m, s, w)._replace(workers=at(s, w, "announced"))


def announced(m: Model, s: State, w: int) -> State:
    key = m.key(s.workers[w])
    if s.intents[key] or not m.protections.intent_before_the_file:
        return s
    return s._replace(intents=put(s.intents, key, "live"))


def write_image(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at == "announced":
        key = m.key(worker)
        yield s._replace(files=put(s.files, key, STARTED[s.files[key]]), workers=at(s, w, "writing"))


def storage_answers(m: Model, s: State, w: int) -> Steps:
    """The object is there; or it was, and somebody has deleted it before the answer came."""
    worker = s.workers[w]
    if worker.at == "writing" and not s.files[m.key(worker)].startswith("flying"):
        yield s._replace(workers=at(s, w, "written"))


def storage_fails(m: Model, s: State, w: int) -> Steps:
    """Whether the object is there, or will be, nobody knows."""
    if s.workers[w].at == "writing":
        yield s._replace(workers=at(s, w, "passing"))


def store_again(m: Model, s: State, w: int) -> Steps:
    """The same picture under another key, after a failure."""
    worker = s.workers[w]
    if worker.at == "writing" and worker.rewrites < m.limits.rewrites:
        again = worker._replace(at="painted", rewrites=worker.rewrites + 1)
        yield s._replace(workers=put(s.workers, w, again))


def succeed(m: Model, s: State, w: int) -> Steps:
    if s.workers[w].at == "written":
        ended = succeeded(m, s, w)
        yield ended or s._replace(workers=at(s, w, "late"))


def succeeded(m: Model, s: State, w: int) -> State | None:
    """The row's end and the image's beginning in one transaction; or None where that rolls back."""
    row, claim, p = s.row, s.workers[w].claim, m.protections
    key = m.key(s.workers[w])
    if row.status == "success" and row.image == key:
        return s._replace(workers=put(s.workers, w, IDLE)) if p.lost_commit_is_asked_after else None
    mine = held(row, claim) or not (p.success_is_fenced or row.status == "gone")
    adopted = s.intents[key] == "live" or not (p.intent_before_the_file and p.intent_must_live_to_be_adopted)
    if not (mine and adopted):
        return None
    return s._replace(
        row=row._replace(status="success", image=key, lease=""),
        images=put(s.images, key, True),
        intents=put(s.intents, key, ""),
        workers=put(s.workers, w, IDLE),
    )


def give_up(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at in ("passing", "refused", "down"):
        yield let_go(given_up(m, s, worker), w)


def given_up(m: Model, s: State, worker: Worker) -> State:
    row, p = s.row, m.protections
    if not held(row, worker.claim) and (p.failure_is_fenced or row.status == "gone"):
        return s
    spent = row.waits >= m.limits.waits if worker.at == "down" else row.retries >= m.limits.retries
    if worker.at == "refused" or spent:
        return s._replace(row=row._replace(status="failed", lease=""))
    cost = {"waits": row.waits + 1} if worker.at == "down" else {"retries": row.retries + 1}
    postponed = row._replace(status="pending", due=False, lease="", ring="later", **cost)
    if p.retry_is_in_the_row:
        return s._replace(row=postponed)
    return s._replace(row=postponed._replace(due=True, ring="never"), hint=True)


def commit_unheard(m: Model, s: State, w: int) -> Steps:
    """The server committed and the answer was lost: ``persist`` tries the same transaction again."""
    worker = s.workers[w]
    after: State | None = None
    if worker.at == "painted":
        after = announced(m, s, w)
    elif worker.at == "written":
        after = succeeded(m, s, w)
    elif worker.at in ("passing", "refused", "down"):
        after = given_up(m, s, worker)
    if after is not None:
        yield after._replace(workers=s.workers)


def discard_image(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at == "late":
        key = m.key(worker)
        intents = put(s.intents, key, "last") if s.intents[key] else s.intents
        yield s._replace(intents=intents, workers=at(s, w, "discarding"))


def delete_late_object(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at == "discarding":
        key = m.key(worker)
        yield s._replace(files=put(s.files, key, DELETED[s.files[key]]), workers=at(s, w, "discarded"))


def drop_late_intent(m: Model, s: State, w: int) -> Steps:
    worker = s.workers[w]
    if worker.at == "discarded":
        key = m.key(worker)
        intents = put(s.intents, key, "") if s.intents[key] == "last" else s.intents
        yield let_go(s._replace(intents=intents), w)


def give_back(m: Model, s: State, w: int) -> Steps:
    """Its main process is about to kill it; it goes on until then, and may even have its picture."""
    worker = s.workers[w]
    if worker.at not in HOLDS_A_CLAIM or s.row.returns == m.limits.returns:
        return
    if held(s.row, worker.claim) or not (m.protections.give_back_is_fenced or s.row.status == "gone"):
        returned = s.row._replace(status="pending", returns=s.row.returns + 1, due=True, ring="now", lease="")
        # What it has asked for already is paid; what it asks for no more is another's to ask for.
        told = worker._replace(lost=True, counts_as_dead=True)
        yield s._replace(row=returned, workers=put(s.workers, w, told))


def worker_dies(m: Model, s: State, w: int) -> Steps:
    if s.workers[w] != IDLE:
        yield s._replace(workers=put(s.workers, w, IDLE))
