"""Keys in the admin: issued, rotated, revoked, and shown exactly once."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from projects.api.authentication import find_api_key
from projects.keys import parse_key
from projects.models import ApiKey
from tests.admin.pages import text
from tests.factories import ApiKeyFactory

KEYS = "/admin/projects/apikey/"
ADD, CHANGE, VIEW = (f"projects.{verb}_apikey" for verb in ("add", "change", "view"))
KEY = re.compile(r"esl_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}")


@pytest.fixture
def asked(project):
    return {"project": str(project.pk), "name": "shop", "life_days": "30", "rate_limit_per_hour": "250"}


def key_on(answer) -> str:
    found: set[str] = set(KEY.findall(answer.content.decode()))
    assert len(found) == 1
    return found.pop()


def test_a_new_key_is_the_answer_to_the_form_and_works(boss, asked, project):
    answer = boss.post(f"{KEYS}add/", asked)
    api_key = find_api_key(parse_key(key_on(answer)))
    assert (api_key.project, api_key.name, api_key.rate_limit_per_hour) == (project, "shop", 250)
    assert abs(api_key.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert "no-store" in answer["Cache-Control"]


def test_what_is_left_empty_is_the_default(boss, asked, settings):
    boss.post(f"{KEYS}add/", asked | {"life_days": "", "rate_limit_per_hour": ""})
    api_key = ApiKey.objects.get()
    assert api_key.rate_limit_per_hour is None
    assert abs(api_key.expires_at - timezone.now() - settings.API_KEY_LIFE) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"life_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"life_days": "3651"}, "Ensure this value is less than or equal to 3650."),
        ({"rate_limit_per_hour": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"rate_limit_per_hour": "0"}, "From 1 to 1000000000, or empty for the default."),
        ({"rate_limit_per_hour": "1000000001"}, "From 1 to 1000000000, or empty for the default."),
        ({"name": ""}, "This field is required."),
        ({"project": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_says_why_and_issues_nothing(boss, asked, wrong, error):
    assert error in text(boss.post(f"{KEYS}add/", asked | wrong))
    assert not ApiKey.objects.exists()


def test_a_key_is_kept_nowhere_but_in_that_answer(boss, asked, capfd, caplog):
    answer = boss.post(f"{KEYS}add/", asked)
    key = key_on(answer)
    secret = key[13:]
    stored = [str(list(model.objects.values())) for model in (ApiKey, LogEntry)]
    stored += [str(session.get_decoded()) for session in Session.objects.all()]
    later = [boss.get(path).content.decode() for path in ("/admin/", KEYS, f"{KEYS}{ApiKey.objects.get().pk}/change/")]
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "api_key_issued" in logged
    for place in [*stored, *later, logged, str(boss.cookies), str(answer.headers)]:
        assert secret not in place
        assert key not in place


def test_revoke_asks_then_refuses_the_key(boss):
    api_key = ApiKeyFactory()
    path = f"{KEYS}{api_key.pk}/revoke/"
    assert "This cannot be undone." in text(boss.get(path))
    assert find_api_key(parse_key(api_key.text)) == api_key
    assert "The key is revoked." in text(boss.post(path, follow=True))
    assert find_api_key(parse_key(api_key.text)) is None
    assert LogEntry.objects.get().change_message == "Revoked."


def test_rotate_asks_then_puts_another_in_its_place(boss):
    old = ApiKeyFactory(name="shop", rate_limit_per_hour=7)
    path = f"{KEYS}{old.pk}/rotate/"
    assert "a new one with its name and limit takes its place" in text(boss.get(path))
    assert ApiKey.objects.get().revoked_at is None
    new = find_api_key(parse_key(key_on(boss.post(path))))
    assert (new.project, new.name, new.rate_limit_per_hour) == (old.project, "shop", 7)
    assert find_api_key(parse_key(old.text)) is None


def test_with_an_overlap_the_old_key_lives_on_and_the_answer_says_until_when(boss):
    old = ApiKeyFactory(name="shop")
    path = f"{KEYS}{old.pk}/rotate/"
    assert 'name="overlap_days" value="7"' in boss.get(path).content.decode()
    answer = boss.post(path, {"overlap_days": "3"})
    assert find_api_key(parse_key(key_on(answer))).name == "shop"
    ends = find_api_key(parse_key(old.text)).expires_at
    assert abs(ends - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    assert f"is accepted until {ends:%Y-%m-%d %H:%M} UTC" in text(answer)
    new = ApiKey.objects.exclude(pk=old.pk).get()
    assert {entry.change_message for entry in LogEntry.objects.all()} == {
        f"Rotated; {new.visible_part} takes its place.",
        f"Issued in place of {old.visible_part}.",
    }
    page = boss.get(f"{KEYS}{old.pk}/change/").content.decode()
    assert ("/rotate/" in page, "/revoke/" in page) == (False, True)
    assert "has its successor, which is the one to rotate; nothing has changed" in text(boss.post(path, follow=True))
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("days", "error"),
    [("-1", "greater than or equal to 0"), ("91", "less than or equal to 90"), ("soon", "Enter a whole number.")],
)
def test_a_wrong_overlap_says_why_and_rotates_nothing(boss, days, error):
    old = ApiKeyFactory()
    assert error in text(boss.post(f"{KEYS}{old.pk}/rotate/", {"overlap_days": days}))
    assert ApiKey.objects.get().rotated_at is None


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
def test_a_revoked_key_offers_nothing_and_stays_as_it_is(boss, verb):
    api_key = ApiKeyFactory(revoked_at=timezone.now())
    assert f"/{verb}/" not in boss.get(f"{KEYS}{api_key.pk}/change/").content.decode()
    assert "nothing has changed" in text(boss.post(f"{KEYS}{api_key.pk}/{verb}/", follow=True))
    assert ApiKey.objects.get().revoked_at == api_key.revoked_at


@pytest.mark.parametrize("wrong", ["nonsense", "5b8f0c1e-0000-4000-8000-000000000000"])
def test_an_unknown_key_is_not_found(boss, wrong):
    assert boss.post(f"{KEYS}{wrong}/rotate/").status_code == 404


def test_the_limit_changes_and_nothing_else_does(boss):
    api_key = ApiKeyFactory(name="shop")
    form = {
        "name": "shop",
        "rate_limit_per_hour": "5",
        "expires_at": "2000-01-01",
        "digest": "0" * 64,
        "revoked_at": "",
    }
    boss.post(f"{KEYS}{api_key.pk}/change/", form)
    after = ApiKey.objects.get()
    assert (after.rate_limit_per_hour, after.digest, after.expires_at) == (5, api_key.digest, api_key.expires_at)


def test_a_form_that_was_open_while_the_key_was_revoked_does_not_bring_it_back(boss, monkeypatch):
    api_key = ApiKeyFactory(name="shop")
    read = ApiKey.objects.get()
    ApiKey.objects.update(revoked_at=timezone.now())
    monkeypatch.setattr("projects.admin.keys.ApiKeyAdmin.get_object", lambda *args: read)
    boss.post(f"{KEYS}{api_key.pk}/change/", {"name": "shop", "rate_limit_per_hour": "5"})
    after = ApiKey.objects.get()
    assert after.rate_limit_per_hour == 5
    assert after.revoked_at is not None


@pytest.mark.parametrize(
    ("traits", "state"),
    [
        ({}, "active"),
        ({"expires_at": timezone.now()}, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
        ({"project__is_active": False}, "project disabled"),
        ({"expires_at": timezone.now() + timedelta(days=6, hours=2)}, "ends in 6 d"),
        ({"expires_at": timezone.now() + timedelta(days=20)}, "active"),
        (
            {"expires_at": timezone.now() + timedelta(days=6, hours=2), "rotated_at": timezone.now()},
            "rotated, ends in 6 d",
        ),
    ],
)
def test_the_list_says_how_a_key_stands(boss, traits, state):
    api_key = ApiKeyFactory(**traits)
    assert f"esl_{api_key.key_id}_…{api_key.last_four} {state}" in text(boss.get(KEYS))


def test_the_list_is_filtered_by_state(boss):
    traits = {
        "active": {},
        "ending": {"expires_at": timezone.now() + timedelta(days=6)},
        "rotated": {"expires_at": timezone.now() + timedelta(days=6), "rotated_at": timezone.now()},
        "expired": {"expires_at": timezone.now()},
        "revoked": {"revoked_at": timezone.now()},
        "disabled": {"project__is_active": False},
    }
    names = {f"key-{state}": ApiKeyFactory(name=f"key-{state}", **trait) for state, trait in traits.items()}
    shown = {
        chosen: {name for name in names if name in text(boss.get(KEYS, {"state": chosen}))}
        for chosen in ("usable", "ends-soon", "expired", "revoked", "nonsense")
    }
    assert shown == {
        "usable": {"key-active", "key-ending", "key-rotated"},
        "ends-soon": {"key-ending"},
        "expired": {"key-expired"},
        "revoked": {"key-revoked"},
        "nonsense": set(names),
    }


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_five_queries(boss, django_assert_num_queries, rows):
    for _ in range(rows):
        ApiKeyFactory()
    session_user_count_full_count_rows = 5
    with django_assert_num_queries(session_user_count_full_count_rows):
        boss.get(KEYS)


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("permissions", "verbs"),
    [([VIEW], []), ([VIEW, CHANGE], ["revoke"]), ([VIEW, ADD], []), ([VIEW, CHANGE, ADD], ["rotate", "revoke"])],
)
def test_staff_see_and_may_do_what_their_permissions_say(staff, permissions, verbs):
    api_key = ApiKeyFactory()
    browser = staff(*permissions)
    page = browser.get(f"{KEYS}{api_key.pk}/change/").content.decode()
    for verb in ("rotate", "revoke"):
        assert (f"/{verb}/" in page) == (verb in verbs)
        if verb not in verbs:
            assert browser.get(f"{KEYS}{api_key.pk}/{verb}/").status_code == 403
            assert browser.post(f"{KEYS}{api_key.pk}/{verb}/").status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_without_the_permission_nothing_is_issued(staff, asked):
    browser = staff(VIEW, CHANGE)
    assert browser.get(f"{KEYS}add/").status_code == 403
    assert browser.post(f"{KEYS}add/", asked).status_code == 403
    assert not ApiKey.objects.exists()


def test_a_post_from_another_site_is_refused(boss, asked):
    boss.handler.enforce_csrf_checks = True
    assert boss.post(f"{KEYS}add/", asked).status_code == 403
    assert not ApiKey.objects.exists()


def test_a_key_cannot_be_deleted(boss):
    api_key = ApiKeyFactory()
    assert boss.post(f"{KEYS}{api_key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in boss.get(KEYS).content.decode()
    assert ApiKey.objects.get() == api_key


@pytest.mark.parametrize(("verb", "asked"), [("rotate", {}), ("rotate", {"overlap_days": "7"}), ("revoke", {})])
def test_without_its_note_in_the_history_nothing_happens_to_a_key(boss, no_history, verb, asked):
    """Else the old key would be refused, and the text of the new one on no page."""
    before = list(ApiKey.objects.filter(pk=ApiKeyFactory().pk).values())
    with pytest.raises(OperationalError):
        boss.post(f"{KEYS}{before[0]['id']}/{verb}/", asked)
    assert list(ApiKey.objects.values()) == before


def test_nor_is_one_issued(boss, no_history, asked):
    with pytest.raises(OperationalError):
        boss.post(f"{KEYS}add/", asked)
    assert not ApiKey.objects.exists()


def test_a_key_that_had_ended_is_not_said_to_be_accepted(boss):
    old = ApiKeyFactory(expires_at=timezone.now() - timedelta(days=1))
    answer = text(boss.post(f"{KEYS}{old.pk}/rotate/", {"overlap_days": "7"}))
    assert f"{old.visible_part} had ended before." in answer
