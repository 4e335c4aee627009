"""An action upon all that match a list's filters: it asks, tells what it costs, and takes some at a time."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.admin import actions
from generations.models import RETRY_LIMIT, Generation, Status
from tests.admin.pages import LIST, act, text
from tests.factories import GenerationFactory, ProjectFactory

# Before the first year of the calendar and after its last one, by UTC.
NO_MOMENTS = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
FAILED = f"{LIST}?status__exact=failed&error_code=STORAGE_FAILED"


def ask(browser, action: str = "run_again", path: str = FAILED):
    """Tick a row, choose "all that match" and run the action."""
    form = {"action": action, "index": "0", "select_across": "1", "_selected_action": "any"}
    return browser.post(path, form, follow=True)


def confirm(browser, question, path: str = FAILED):
    """Say yes to what the page asks, with just what its form has."""
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', question.content.decode()))
    form.pop("csrfmiddlewaretoken", None)
    assert form["confirmed"] == "yes"
    return browser.post(path, form, follow=True)


def broken(**more):
    return GenerationFactory(failed=True, error_code="STORAGE_FAILED", **more)


def statuses() -> list[str]:
    return sorted(Generation.objects.values_list("status", flat=True))


def test_all_that_match_run_again_and_no_other(boss, project):
    chosen = [broken(project=project) for _ in range(60)]
    GenerationFactory(failed=True, project=project)
    broken(project=project, trashed=True)
    question = ask(boss)
    assert "All 60 that match. Up to 60 pictures will be asked for anew" in text(question)
    assert f"{project.name} · {project.organization.name} 60 sketch 1000 of 1000" in text(question)
    assert statuses() == ["failed"] * 62
    assert "Run again: 60." in text(confirm(boss, question))
    assert set(Generation.objects.filter(status=Status.PENDING)) == set(chosen)
    entries = LogEntry.objects.values_list("object_id", "change_message", "user__username")
    assert sorted(entries) == sorted((str(each.pk), "Run again", "boss") for each in chosen)


def test_more_than_one_request_takes_are_asked_for_again(boss, project, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 20)
    for _ in range(50):
        broken(project=project)
    answer = ask(boss)
    assert "50 match. This takes 20 of them, and then asks for the others." in text(answer)
    for taken, left in ((20, 30), (40, 10)):
        answer = confirm(boss, answer)
        assert "Run again: 20." in text(answer)
        assert statuses() == ["failed"] * left + ["pending"] * taken
    assert "All 10 that match." in text(answer)
    assert "Run again: 10." in text(confirm(boss, answer))
    assert statuses() == ["pending"] * 50


def test_what_fails_again_meanwhile_is_not_taken_twice(boss, project, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for _ in range(4):
        broken(project=project, finished_at=timezone.now() - timedelta(minutes=1))
    answer = confirm(boss, ask(boss))
    later = timezone.now() + timedelta(seconds=1)
    Generation.objects.filter(status=Status.PENDING).update(
        status=Status.FAILED, error_code="STORAGE_FAILED", finished_at=later
    )
    confirm(boss, answer)
    assert statuses() == ["failed", "failed", "pending", "pending"]
    assert set(Generation.objects.filter(status=Status.FAILED).values_list("finished_at", flat=True)) == {later}


def test_no_project_gets_more_than_may_wait(boss):
    small, tried = ProjectFactory(max_queued=3), ProjectFactory()
    GenerationFactory(project=small)
    for _ in range(5):
        broken(project=small)
    broken(project=tried, attempt=RETRY_LIMIT)
    question = ask(boss)
    assert f"{small.name} · {small.organization.name} 5 sketch 2 of 3" in text(question)
    said = text(confirm(boss, question))
    assert "Run again: 2. Left as they were: 4. 3 of these: This project's queue is full" in said
    assert f"1 of these: The generation has been tried {RETRY_LIMIT} times" in said
    assert Generation.objects.filter(project=small, status=Status.PENDING).count() == 3


def test_a_caller_and_an_operator_have_the_same_limit(boss):
    project = ProjectFactory(max_queued=1)
    GenerationFactory(project=project)
    failed = broken(project=project)
    form = {"action": "run_again", "index": "0", "_selected_action": str(failed.pk), "from_page": "yes"}
    assert "Run again: 0. Left as they were: 1." in text(boss.post(LIST, form, follow=True))
    failed.refresh_from_db()
    assert failed.status == Status.FAILED


def test_nothing_in_the_trash_is_given_to_a_queue_where_no_worker_finds_it(boss):
    trashed = broken(trashed=True)
    form = {"action": "run_again", "index": "0", "_selected_action": str(trashed.pk)}
    boss.post(f"{LIST}?trash=with", form)
    trashed.refresh_from_db()
    assert trashed.status == Status.FAILED


@pytest.mark.parametrize("action", ["run_again", "fail_now", "move_to_trash", "delete_with_image"])
def test_none_does_anything_before_it_has_asked(boss, action):
    GenerationFactory()
    broken()
    before = list(Generation.objects.order_by("pk").values())
    assert "that match." in text(ask(boss, action, LIST))
    forged = {"action": action, "index": "0", "select_across": "1", "_selected_action": "any", "confirmed": "yes"}
    for until in ("", "nonsense", "2026-13-45T00:00", "2100-01-01T00:00", *NO_MOMENTS):
        assert "that match." in text(boss.post(LIST, forged | {"until": until}, follow=True))
    assert list(Generation.objects.order_by("pk").values()) == before


def test_the_other_actions_take_all_that_match_too(boss):
    for _ in range(3):
        GenerationFactory()
    done = GenerationFactory(success=True)
    assert "Failed by an operator: 3." in text(confirm(boss, ask(boss, "fail_now", LIST), LIST))
    assert "Moved to the trash: 4." in text(confirm(boss, ask(boss, "move_to_trash", LIST), LIST))
    trash = f"{LIST}?trash=only&status__exact=success"
    assert "Deleted with its image: 1." in text(confirm(boss, ask(boss, "delete_with_image", trash), trash))
    assert not Generation.objects.filter(pk=done.pk).exists()


def test_where_nothing_can_be_done_it_says_so(boss):
    GenerationFactory(success=True)
    assert "Run again: there is nothing among these" in text(ask(boss, "run_again", LIST))


def test_those_that_are_ticked_are_taken_in_the_order_in_which_all_that_match_are(boss, project):
    """Else two members of staff could each wait for a row that the other has."""
    ticked = [GenerationFactory(project=project) for _ in range(8)]
    act(boss, "move_to_trash", *ticked)
    noted = LogEntry.objects.order_by("pk").values_list("object_id", flat=True)
    assert list(noted) == [str(pk) for pk in sorted(generation.pk for generation in ticked)]


def test_who_may_only_look_is_offered_nothing(staff):
    broken()
    browser = staff("generations.view_generation")
    assert "Select all" not in text(browser.get(LIST))
    ask(browser)
    assert statuses() == ["failed"]


def test_each_costs_the_same_few_statements(boss, project):
    """Besides, of 25 rows together: a transaction, and one note of them all in the history."""
    ContentType.objects.clear_cache()
    costs = []
    for count in (30, 60):
        for _ in range(count):
            broken(project=project)
        question = ask(boss)
        with CaptureQueriesContext(connection) as captured:
            confirm(boss, question)
        costs.append(len(captured))
    two_savepoints_count_update_notify = 2 * 2 + 3
    assert costs[1] - costs[0] <= 30 * (two_savepoints_count_update_notify + 1)  # one look at the queue a second
