"""A wrong key costs the same work whatever is wrong with it, so that its answer's time tells nothing.

Of two groups: what is no key by its form is refused by arithmetic that anybody can do at home, and costs no query. All
others cost one query that finds no row.
"""

import sys
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from projects.api.authentication import ApiKeyAuthentication
from projects.keys import KeyText, new_key
from tests.attack.measure import ROUNDS, measured, report
from tests.factories import ApiKeyFactory, ProjectFactory


def of_no_form():
    text = ApiKeyFactory().text
    return {
        "of the wrong length": text[:-1],
        "not ASCII": "é" * len(text),
        "unknown prefix": f"usl{text[3:]}",
        "empty": "",
        "with a blank": f" {text}",
    }


def of_good_form():
    known, deleted = ApiKeyFactory(), ApiKeyFactory()
    keys = {
        "unknown": new_key().reveal(),
        "known, with a wrong secret": KeyText(key_id=known.key_id, secret=new_key().secret).reveal(),
        "revoked": ApiKeyFactory(revoked_at=timezone.now()).text,
        "revoked, with a wrong secret": KeyText(
            key_id=ApiKeyFactory(revoked_at=timezone.now()).key_id, secret=new_key().secret
        ).reveal(),
        "expired": ApiKeyFactory(expires_at=timezone.now()).text,
        "of a disabled project": ApiKeyFactory(project=ProjectFactory(is_active=False)).text,
        "of a deleted project": deleted.text,
    }
    deleted.project.delete()
    return keys


def knock(key):
    request = RequestFactory().get("/", headers={"X-API-Key": key})
    with pytest.raises(AuthenticationFailed):
        ApiKeyAuthentication().authenticate(request)


@contextmanager
def calls_counted():
    """Every function that is called meanwhile, of ours, of Python's and of C: hashing and comparing among them."""
    called = []

    def note(frame, event, argument):
        if event == "call":
            called.append(frame.f_code.co_qualname)
        elif event == "c_call":
            called.append(argument.__qualname__)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(before)


def work(key):
    knock(key)  # what is made once is made
    with calls_counted() as called:
        knock(key)
    return called


def test_every_wrong_key_of_good_form_runs_the_same_code_step_by_step(db):
    done = {kind: work(key) for kind, key in of_good_form().items()}
    first = done["unknown"]
    assert {kind for kind, steps in done.items() if steps != first} == set()
    assert first.count("openssl_sha256") == 1
    assert first.count("compare_digest") == 1
    assert not any("from_db" in step for step in first)


def test_and_asks_the_database_the_same_and_gets_nothing(db):
    asked = {}
    for kind, key in of_good_form().items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            knock(key)
        text = KeyText(key_id=key[4:12], secret=key[13:-6])
        asked[kind] = [query["sql"].replace(text.key_id, "…").replace(text.digest, "…") for query in queries]
        with connection.cursor() as cursor:
            cursor.execute(queries[0]["sql"])
            assert cursor.fetchall() == []
    assert len(asked["unknown"]) == 1
    assert all(statements == asked["unknown"] for statements in asked.values())


def test_what_is_no_key_by_its_form_costs_neither_a_query_nor_a_hash(db, django_assert_num_queries):
    for key in of_no_form().values():
        with django_assert_num_queries(0), calls_counted() as called:
            knock(key)
        assert "openssl_sha256" not in called


@pytest.mark.skipif(not ROUNDS, reason="make fuzz measures it")
def test_nor_do_their_times_stand_out(db, capsys):
    """A report, which fails on nothing but a gross effect: the counts above are the gate."""
    times = measured(of_good_form() | {"unknown, again": new_key().reveal()}, knock, ROUNDS)
    effects = report(times, control="unknown")
    with capsys.disabled():
        print("", *effects.lines, sep="\n")
    assert effects.largest < 0.25
