"""What operators may do with generations: each action's effect, its refusal, and who may take it."""

import pytest
from django.contrib.admin.models import LogEntry

from generations.images.models import Image, StorageIntent
from generations.models import Generation, Status
from tests.admin.pages import LIST, act, text
from tests.factories import GenerationFactory, ImageFactory

VIEW, CHANGE, DELETE = (f"generations.{verb}_generation" for verb in ("view", "change", "delete"))
ACTIONS = ("run_again", "fail_now", "move_to_trash", "restore", "delete_with_image")


def page_of(generation: Generation) -> str:
    return f"{LIST}{generation.pk}/change/"


def buttons(answer) -> list[str]:
    return [button["name"] for button in answer.context["buttons"]]


def offered(answer) -> set[str]:
    form = answer.context.get("action_form")
    return {name for name, _ in form.fields["action"].choices if name} if form else set()


# ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_run_again_gives_a_failed_one_to_the_queue(boss):
    failed = GenerationFactory(failed=True, retries=3)
    assert "Run again: 1." in text(act(boss, "run_again", failed))
    failed.refresh_from_db()
    assert (failed.status, failed.retries, failed.error_message) == (Status.PENDING, 0, "")


def test_run_again_leaves_others_as_they_were_and_says_so(boss):
    failed, done = GenerationFactory(failed=True), GenerationFactory(success=True)
    assert "Run again: 1. Left as they were: 1." in text(act(boss, "run_again", failed, done))
    done.refresh_from_db()
    assert done.status == Status.SUCCESS


@pytest.mark.parametrize("trait", [{}, {"processing": True}])
def test_fail_now_ends_what_waits_or_runs(boss, trait):
    generation = GenerationFactory(**trait)
    assert "Failed by an operator: 1." in text(act(boss, "fail_now", generation, confirmed=True))
    generation.refresh_from_db()
    assert (generation.status, generation.error_message) == (Status.FAILED, "Stopped by an operator.")


def test_trash_and_back(boss):
    generation = GenerationFactory(success=True)
    act(boss, "move_to_trash", generation)
    generation.refresh_from_db()
    assert generation.deleted_at is not None
    act(boss, "restore", generation)
    generation.refresh_from_db()
    assert generation.deleted_at is None


def test_delete_with_image_takes_rows_and_leaves_the_file_to_the_ledger(boss):
    generation = GenerationFactory(success=True)
    assert "Deleted with its image: 1." in text(act(boss, "delete_with_image", generation, confirmed=True))
    assert not Generation.objects.exists()
    assert not Image.objects.exists()
    assert StorageIntent.objects.get().key == generation.output_image.key


def test_an_image_with_an_alias_stays(boss):
    image = ImageFactory(alias="@hero")
    generation = GenerationFactory(success=True, output_image=image, project=image.project)
    assert "its image @hero stays" in text(act(boss, "delete_with_image", generation))
    act(boss, "delete_with_image", generation, confirmed=True)
    assert not Generation.objects.exists()
    assert Image.objects.get() == image


@pytest.mark.parametrize("action", ["fail_now", "delete_with_image"])
def test_what_cannot_be_undone_asks_first(boss, action):
    generation = GenerationFactory(original_prompt="a red fox")
    question = act(boss, action, generation)
    assert "a red fox" in text(question)
    assert 'name="confirmed" value="yes"' in question.content.decode()
    generation.refresh_from_db()
    assert generation.status == Status.PENDING


def test_the_history_tells_who_did_what(boss):
    generation = GenerationFactory()
    act(boss, "move_to_trash", generation)
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id, entry.object_repr) == ("boss", *[str(generation.pk)] * 2)
    assert entry.change_message == "Moved to the trash"


def test_a_refusal_leaves_no_history(boss):
    act(boss, "restore", GenerationFactory())
    assert not LogEntry.objects.exists()


# ── From the page of one ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("traits", "names"),
    [
        ({}, ["fail_now", "move_to_trash", "delete_with_image"]),
        ({"processing": True}, ["fail_now", "move_to_trash", "delete_with_image"]),
        ({"success": True}, ["move_to_trash", "delete_with_image"]),
        ({"failed": True}, ["run_again", "move_to_trash", "delete_with_image"]),
        ({"failed": True, "trashed": True}, ["restore", "delete_with_image"]),
    ],
)
def test_a_page_offers_what_would_do_something(boss, traits, names):
    assert buttons(boss.get(page_of(GenerationFactory(**traits)))) == names


def test_an_action_leads_back_to_the_page_that_it_came_from(boss):
    generation = GenerationFactory(trashed=True)
    answer = act(boss, "restore", generation, from_page="yes")
    assert answer.redirect_chain == [(page_of(generation), 302)]
    assert "Restored: 1." in text(answer)


def test_after_a_deletion_comes_the_list(boss):
    answer = act(boss, "delete_with_image", GenerationFactory(), from_page="yes", confirmed=True)
    assert answer.redirect_chain == [(LIST, 302)]


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        ([VIEW], set()),
        ([VIEW, CHANGE], {"run_again", "fail_now", "move_to_trash", "restore"}),
        ([VIEW, DELETE], {"delete_with_image"}),
        ([VIEW, CHANGE, DELETE], set(ACTIONS)),
    ],
)
def test_staff_see_the_actions_they_may_take(staff, permissions, may):
    generation = GenerationFactory(failed=True)
    browser = staff(*permissions)
    assert offered(browser.get(LIST)) == may
    assert set(buttons(browser.get(page_of(generation)))) == may & {"run_again", "move_to_trash", "delete_with_image"}


@pytest.mark.parametrize(
    ("permissions", "action"),
    [
        *(([VIEW], action) for action in ACTIONS),
        *(([VIEW, DELETE], action) for action in ACTIONS if action != "delete_with_image"),
        ([VIEW, CHANGE], "delete_with_image"),
    ],
)
def test_a_forged_action_does_nothing(staff, permissions, action):
    failed, pending, trashed = GenerationFactory(failed=True), GenerationFactory(), GenerationFactory(trashed=True)
    before = list(Generation.objects.order_by("pk").values())
    act(staff(*permissions), action, failed, pending, trashed, confirmed=True)
    assert list(Generation.objects.order_by("pk").values()) == before
    assert not LogEntry.objects.exists()


def test_without_a_permission_there_is_no_list_and_no_page(staff):
    browser = staff()
    assert browser.get(LIST).status_code == 403
    assert browser.get(page_of(GenerationFactory())).status_code == 403


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_django_neither_adds_nor_deletes(boss, path):
    generation = GenerationFactory()
    assert boss.post(LIST + path.format(pk=generation.pk), {"post": "yes"}).status_code == 403
    assert Generation.objects.get() == generation


def test_djangos_own_deletion_is_not_offered_and_does_nothing(boss):
    generation = GenerationFactory()
    assert offered(boss.get(LIST)) == set(ACTIONS)
    act(boss, "delete_selected", generation, post="yes")
    assert Generation.objects.get() == generation


def test_nothing_that_the_system_writes_can_be_posted(boss):
    generation = GenerationFactory(failed=True)
    assert boss.post(page_of(generation), {"status": "success", "prompt": "x"}).status_code == 403
    generation.refresh_from_db()
    assert generation.status == Status.FAILED
