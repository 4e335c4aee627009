"""The oracle sees each kind of damage where it is planted, and nothing where there is none."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.storm.evidence import Evidence, Row, Told
from tests.storm.oracle import judge
from tests.storm.script import Script

PAINTED, REFUSED, DELETED = range(3)


@pytest.fixture
def evidence():
    """A painted job, a refused one and a deleted one: all is well."""
    return Evidence(
        scripts=[Script(("fail", "paint")), Script(("refuse",)), Script(("linger",), client="delete")],
        acknowledged={PAINTED: "a", REFUSED: "b", DELETED: "c"},
        deleted={DELETED},
        shown={"a": "success", "b": "failed"},
        rows=[
            Row("a", PAINTED, "success", key="a.png", successes=1),
            Row("b", REFUSED, "failed", "CONTENT_BLOCKED"),
        ],
        images={"a.png": 90},
        files={"a.png": 90},
        calls=Counter({PAINTED: 2, REFUSED: 1, DELETED: 1}),
        told={Told("msg_1", "a", "success"), Told("msg_2", "b", "failed"), Told("msg_3", "c", "success")},
    )


def found(evidence):
    return {kind: offenders for kind, offenders in judge(evidence).items() if offenders}


def change(evidence, row, **changes):
    evidence.rows[row] = replace(evidence.rows[row], **changes)


def test_where_all_is_well_it_finds_nothing(evidence):
    assert found(evidence) == {}


def test_a_row_that_was_acknowledged_and_is_not_there_is_lost(evidence):
    del evidence.rows[REFUSED], evidence.shown["b"]
    assert found(evidence) == {"lost": ["b"]}


def test_a_second_row_for_one_request_is_doubled_and_unexpected(evidence):
    evidence.rows.append(Row("z", REFUSED, "failed", "CONTENT_BLOCKED"))
    evidence.shown["z"] = "failed"
    evidence.told.add(Told("msg_4", "z", "failed"))
    assert found(evidence) == {"doubled": ["job 1"], "unexpected": ["z"]}


def test_two_pictures_of_one_generation_are_doubled(evidence):
    change(evidence, PAINTED, successes=2)
    assert found(evidence) == {"doubled": ["a"]}


def test_a_row_that_was_deleted_and_is_there_is_unexpected(evidence):
    evidence.rows.append(Row("c", DELETED, "success", key="c.png", successes=1))
    evidence.shown["c"] = "success"
    evidence.images["c.png"] = evidence.files["c.png"] = 90
    assert found(evidence) == {"unexpected": ["c"]}


def test_a_row_that_the_api_shows_otherwise_is_unexpected(evidence):
    evidence.shown["a"] = "processing"
    assert found(evidence) == {"unexpected": ["a in the API"]}


def test_an_answer_that_differs_when_it_is_asked_for_again_is_unexpected(evidence):
    evidence.replayed_otherwise.append(PAINTED)
    assert found(evidence) == {"unexpected": ["job 0 replayed"]}


def test_an_image_of_no_generation_is_unexpected(evidence):
    evidence.images["z.png"] = evidence.files["z.png"] = 90
    assert found(evidence) == {"unexpected": ["z.png"]}


def test_what_has_not_ended_is_stuck(evidence):
    change(evidence, REFUSED, status="pending", code="")
    evidence.shown["b"] = "pending"
    assert found(evidence) == {"stuck": ["b"]}


def test_what_has_ended_and_still_has_a_lease_is_stuck(evidence):
    change(evidence, PAINTED, is_leased=True)
    assert found(evidence) == {"stuck": ["a"]}


@pytest.mark.parametrize("files", [{}, {"a.png": 70}], ids=["missing", "cut off"])
def test_an_image_without_its_whole_file_is_seen(evidence, files):
    evidence.files = files
    assert found(evidence) == {"images without file": ["a.png"]}


def test_a_file_without_an_image_is_seen(evidence):
    evidence.files["z.png"] = 90
    assert found(evidence) == {"files without image": ["z.png"]}


def test_an_intent_that_is_left_is_leaked(evidence):
    evidence.intents.append("z.png")
    assert found(evidence) == {"leaked intents": ["z.png"]}


def test_what_should_have_been_painted_and_failed_is_seen(evidence):
    change(evidence, PAINTED, status="failed", code="WORKER_LOST", key=None, successes=0)
    evidence.images = evidence.files = {}
    evidence.shown["a"] = "failed"
    evidence.told.add(Told("msg_1", "a", "failed"))
    evidence.told.discard(Told("msg_1", "a", "success"))
    assert found(evidence) == {"wrongly failed": ["a (WORKER_LOST, script fail paint;;)"]}


def test_what_failed_for_another_reason_than_it_should_is_seen(evidence):
    change(evidence, REFUSED, code="STORAGE_FAILED")
    assert found(evidence) == {"wrongly failed": ["b (STORAGE_FAILED, script refuse;;)"]}


def test_what_should_have_failed_and_was_painted_is_seen(evidence):
    evidence.scripts[PAINTED] = Script(("refuse", "refuse"))
    assert found(evidence) == {"wrongly succeeded": ["a (success, script refuse refuse;;)"]}


def test_calls_of_the_provider_beyond_the_script_are_counted(evidence):
    evidence.calls[PAINTED] += 1
    assert found(evidence) == {"provider calls too many": ["1, allowed 0"]}
    evidence.extra_calls_allowed = 1
    assert found(evidence) == {}


def test_an_end_that_was_not_told_is_missing(evidence):
    evidence.told.discard(Told("msg_1", "a", "success"))
    assert found(evidence) == {"webhooks missing": ["a"]}


def test_an_end_that_was_told_under_two_ids_is_seen(evidence):
    evidence.told.add(Told("msg_9", "a", "success"))
    assert found(evidence) == {"webhooks with a second id": ["a"]}


def test_connections_that_are_left_are_seen(evidence):
    evidence.connections = 3
    assert found(evidence) == {"connections left": ["3"]}


def test_what_was_left_to_itself_for_too_long_is_seen(evidence):
    evidence.longest_overdue_s, evidence.longest_idle_s = 60.0, 90.0
    assert found(evidence) == {"not freed in time": ["60.0 s"], "left lying": ["90.0 s"]}


def test_a_provider_that_is_down_and_is_asked_again_and_again_is_seen(evidence):
    evidence.calls_in_vain, evidence.calls_in_vain_allowed = 22, 22
    assert found(evidence) == {}
    evidence.calls_in_vain = 23
    assert found(evidence) == {"calls of a provider that is down": ["23, allowed 22"]}


def test_a_job_that_failed_because_its_provider_was_down_has_failed_wrongly(evidence):
    change(evidence, PAINTED, status="failed", code="PROVIDER_UNAVAILABLE", key=None, successes=0)
    evidence.shown["a"] = "failed"
    evidence.images.clear()
    evidence.files.clear()
    evidence.told = {Told("msg_1", "a", "failed"), Told("msg_2", "b", "failed"), Told("msg_3", "c", "success")}
    assert found(evidence) == {"wrongly failed": ["a (PROVIDER_UNAVAILABLE, script fail paint;;)"]}
