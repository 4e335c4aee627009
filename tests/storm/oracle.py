"""Judges what is there by what was asked for and acknowledged. It knows the contract and nothing of how it is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.storm.evidence import Evidence
from tests.storm.script import FAILED, SUCCESS

# A relay frees what is overdue at once. Where nobody has anything in hand, it may have to be found out that a worker
# does not hear its broker any more, and another one be started.
LONGEST_OVERDUE_S, LONGEST_IDLE_S = 12.0, 40.0


def judge(evidence: Evidence) -> dict[str, list[str]]:
    """What is wrong, by kind; nothing where all is well."""
    findings = {
        "lost": lost(evidence),
        "doubled": doubled(evidence),
        "unexpected": unexpected(evidence),
        "stuck": (row.id for row in evidence.rows if row.status not in {SUCCESS, FAILED} or row.is_leased),
        "images without file": images_without_file(evidence),
        "files without image": evidence.files.keys() - evidence.images.keys(),
        "leaked intents": evidence.intents,
        "wrongly failed": wrongly(evidence, FAILED),
        "wrongly succeeded": wrongly(evidence, SUCCESS),
        "provider calls too many": calls_too_many(evidence),
        "calls of a provider that is down": calls_in_vain(evidence),
        "webhooks missing": webhooks_missing(evidence),
        "webhooks with a second id": webhooks_twice(evidence),
        "connections left": (f"{evidence.connections}" for _ in range(min(1, evidence.connections))),
        "not freed in time": beyond(evidence.longest_overdue_s, LONGEST_OVERDUE_S),
        "left lying": beyond(evidence.longest_idle_s, LONGEST_IDLE_S),
    }
    return {kind: sorted(map(str, offenders)) for kind, offenders in findings.items()}


def beyond(seconds: float, allowed: float) -> list[str]:
    return [f"{seconds:.1f} s"] if seconds > allowed else []


def lost(evidence: Evidence) -> Iterator[str]:
    """Acknowledged, and not there."""
    there = {row.id for row in evidence.rows}
    for job, generation in evidence.acknowledged.items():
        if job not in evidence.deleted and generation not in there:
            yield generation


def doubled(evidence: Evidence) -> Iterator[str]:
    """Two rows for one request, or two pictures for one row."""
    for job, count in Counter(row.job for row in evidence.rows).items():
        if count > 1:
            yield f"job {job}"
    for row in evidence.rows:
        if row.successes > 1:
            yield row.id


def unexpected(evidence: Evidence) -> Iterator[str]:
    """Rows that nobody was told of or that were deleted, pictures of nobody, and answers that change."""
    shown_as = {row.id: row.status for row in evidence.rows}
    for row in evidence.rows:
        if row.job is None or evidence.acknowledged.get(row.job) != row.id or row.job in evidence.deleted:
            yield row.id
    for generation in shown_as.keys() | evidence.shown.keys():
        if shown_as.get(generation) != evidence.shown.get(generation):
            yield f"{generation} in the API"
    yield from evidence.images.keys() - {row.key for row in evidence.rows}
    yield from (f"job {job} replayed" for job in evidence.replayed_otherwise)


def images_without_file(evidence: Evidence) -> Iterator[str]:
    """Rows that say success without one as well."""
    for key, size in evidence.images.items():
        if evidence.files.get(key) != size:
            yield key
    for row in evidence.rows:
        if row.status == SUCCESS and row.key is None:
            yield row.id


def wrongly(evidence: Evidence, status: str) -> Iterator[str]:
    """What has ended so, but should have ended otherwise."""
    for row in evidence.rows:
        if row.job is not None and row.status == status and (row.status, row.code) != evidence.scripts[row.job].end:
            yield f"{row.id} ({row.code or status}, script {evidence.scripts[row.job]})"


def calls_too_many(evidence: Evidence) -> Iterable[str]:
    extra, allowed = extra_calls(evidence), evidence.extra_calls_allowed
    return [f"{extra}, allowed {allowed}"] if extra > allowed else []


def calls_in_vain(evidence: Evidence) -> Iterable[str]:
    seen, allowed = evidence.calls_in_vain, evidence.calls_in_vain_allowed
    return [f"{seen}, allowed {allowed}"] if seen > allowed else []


def extra_calls(evidence: Evidence) -> int:
    """Beyond what the scripts ask for."""
    return sum(max(0, evidence.calls[job] - script.calls) for job, script in enumerate(evidence.scripts))


def webhooks_missing(evidence: Evidence) -> Iterator[str]:
    """The end of each generation that is there was told, as it was."""
    told = {(each.generation_id, each.status) for each in evidence.told}
    for row in evidence.rows:
        if row.status in {SUCCESS, FAILED} and (row.id, row.status) not in told:
            yield row.id


def webhooks_twice(evidence: Evidence) -> Iterator[str]:
    """A generation of a storm ends once: another message would be another event, or the same under a second id."""
    for generation, count in Counter(each.generation_id for each in evidence.told).items():
        if count > 1:
            yield generation
