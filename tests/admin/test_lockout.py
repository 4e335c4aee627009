"""Who guesses passwords is locked out: one name, from one address, for a while."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from config.admin.lockout import client_address, parse_address
from config.web.password_hashing import AsidePBKDF2PasswordHasher
from projects.api.connection_pool import Slots
from tests.client import GENERATIONS

LOGIN = "/admin/login/"
PASSWORD, WRONG = "correct horse battery", "wrong-canary"
HOME, STRANGER = "192.0.2.1", "198.51.100.9"


@pytest.fixture(autouse=True)
def operator(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("operator", password=PASSWORD)


def log_in(password: str, *, name: str = "operator", address: str = HOME, **headers: str):
    form = {"username": name, "password": password, "next": "/admin/"}
    return Client(REMOTE_ADDR=address).post(LOGIN, form, headers=headers)


def fail(times: int, **how: str):
    return [log_in(WRONG, **how) for _ in range(times)][-1]


def may_log_in(**how: str):
    status = log_in(PASSWORD, **how).status_code
    assert status in {302, 429}
    return status == 302


def test_the_fifth_failure_locks_and_the_right_password_is_not_looked_at_then():
    assert fail(4).status_code == 200
    locked = fail(1)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Too many wrong passwords. From here, this name cannot log in for 15 minutes." in locked.content.decode()
    assert "axes_reset_username" in locked.content.decode()
    right = log_in(PASSWORD)
    assert right.status_code == 429
    assert "sessionid" not in right.cookies


def test_a_success_forgives_what_was_before():
    for _ in range(3):
        fail(4)
        assert may_log_in()


def test_a_stranger_does_not_lock_the_operator_out():
    assert fail(50, address=STRANGER).status_code == 429
    assert may_log_in(address=HOME)


def test_nor_does_one_name_lock_another():
    assert fail(5, name="somebody").status_code == 429
    assert may_log_in()


def test_it_ends_by_itself_however_often_one_tries_meanwhile(settings):
    fail(5)
    began = AccessAttempt.objects.get().attempt_time
    fail(20)
    assert AccessAttempt.objects.get().attempt_time == began
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME + timedelta(seconds=30))
    assert not may_log_in()
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert may_log_in()
    assert not AccessAttempt.objects.exists()


def test_an_operator_unlocks(capsys):
    fail(5)
    call_command("axes_reset_username", "operator")
    assert may_log_in()


@pytest.mark.parametrize("name", [" operator", "operator ", "ｏｐｅｒａｔｏｒ"])
def test_another_spelling_of_the_name_is_the_same_name(name):
    assert fail(5, name=name).status_code == 429
    assert not may_log_in()


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "User-Agent"]
)
def test_no_header_makes_one_look_like_another(header):
    for number in range(5):
        log_in(WRONG, **{header: f"203.0.113.{number}"})
    assert not may_log_in()


def test_behind_a_proxy_what_it_adds_counts_and_what_the_client_claims_does_not(settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        log_in(WRONG, address="10.0.0.1", **{"X-Forwarded-For": f"203.0.113.{number}, {STRANGER}"})
    assert not may_log_in(address="10.0.0.1", **{"X-Forwarded-For": STRANGER})
    assert may_log_in(address="10.0.0.1", **{"X-Forwarded-For": f"{STRANGER}, {HOME}"})


def test_no_password_is_kept_and_no_line_has_one(capfd, caplog):
    fail(6)
    log_in(PASSWORD, address=STRANGER)
    kept = str(list(AccessAttempt.objects.values()))
    assert "operator" in kept
    said = "".join(capfd.readouterr()) + caplog.text
    assert "Locking out" in said
    for secret in (WRONG, PASSWORD):
        assert secret not in kept + said


def test_what_django_axes_keeps_is_no_page_of_the_admin(boss):
    assert "/admin/axes/" not in boss.get("/admin/").content.decode()
    assert boss.get("/admin/axes/accessattempt/").status_code == 404


def test_the_api_knows_nothing_of_it(api):
    fail(5)
    api.get(GENERATIONS)
    before = AccessAttempt.objects.count()
    assert api.get(GENERATIONS, headers={"X-API-Key": "wrong"}).status_code == 401
    assert AccessAttempt.objects.count() == before


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "10.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.1.1.1, 203.0.113.7:51234", "203.0.113.7"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
    ],
)
def test_the_address_that_counts(rf, settings, trusted, forwarded, expected):
    settings.TRUSTED_PROXIES = trusted
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})) == expected


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (1, "for=203.0.113.7", "203.0.113.7"),
        (1, 'for="203.0.113.7:51234";proto=https', "203.0.113.7"),
        (1, 'For="[2001:db8:1:2::9]:443"; by=203.0.113.43', "2001:db8:1:2::"),
        (1, "for=1.1.1.1, proto=https;for=203.0.113.7", "203.0.113.7"),
        (1, 'for="1.1.1.1, for=203.0.113.7', "203.0.113.7"),
        (2, "for=1.1.1.1, for=203.0.113.7, for=10.0.0.2", "203.0.113.7"),
        (2, "for=203.0.113.7", "10.0.0.1"),
        (1, "for=unknown", "10.0.0.1"),
        (1, "by=203.0.113.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (0, "for=203.0.113.7", "10.0.0.1"),
    ],
)
def test_by_the_header_that_has_no_second_spelling_the_other_one_means_nothing(
    rf, settings, trusted, forwarded, expected
):
    settings.TRUSTED_PROXIES, settings.FORWARDED_HEADER = trusted, "Forwarded"
    headers = {"Forwarded": forwarded, "X-Forwarded-For": "198.51.100.1, 198.51.100.2"}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", headers=headers)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
        ("unix:", None),
    ],
)
def test_a_network_of_ipv6_is_one_address(given, expected):
    assert parse_address(given) == expected


# ── Many names, and many at once ─────────────────────────────────────────────────────────────────────────────────────


def fail_as_many(names: int, **how: str):
    return [log_in(WRONG, name=f"name-{number}", **how) for number in range(names)][-1]


def test_an_address_that_tries_many_names_is_locked_out_and_no_other(settings, capsys):
    settings.LOGIN_FAILURES_PER_ADDRESS = 10
    assert fail_as_many(9).status_code == 200
    assert may_log_in()
    assert fail_as_many(1).status_code == 429
    assert not may_log_in()
    assert may_log_in(address=STRANGER)
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert may_log_in()


def test_an_operator_unlocks_an_address(settings, capsys):
    settings.LOGIN_FAILURES_PER_ADDRESS = 10
    assert fail_as_many(10).status_code == 429
    call_command("axes_reset_ip", HOME)
    assert may_log_in()


class CountingHasher(MD5PasswordHasher):
    """Counts the passwords that are looked at, and takes a while for each."""

    ended = 0

    def encode(self, password: str, salt: str) -> str:
        time.sleep(0.02)
        type(self).ended += 1
        return super().encode(password, salt)


def at_once(count: int, guess: Callable[[int], Any]) -> list[Any]:
    """So many threads, each with a connection to the database of its own."""

    def do(number: int) -> Any:
        try:
            return guess(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as guessers:
        return list(guessers.map(do, range(count)))


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_none_is_made_beyond_the_limit(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    looked_at = CountingHasher.ended
    statuses = []
    while len(statuses) < 48:
        statuses += [answer.status_code for answer in at_once(16, lambda number: log_in(WRONG))]
    assert CountingHasher.ended - looked_at == 5
    assert sorted(set(statuses)) == [200, 429]
    assert statuses.count(200) == 4


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_some_log_in_is_told_when_to_try_again(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    answers = at_once(16, lambda number: log_in(WRONG, name=f"name-{number}"))
    assert {answer.status_code for answer in answers} == {200, 429}
    assert {answer["Retry-After"] for answer in answers if answer.status_code == 429} == {"5"}
    assert may_log_in()


@pytest.mark.django_db(transaction=True)
def test_while_a_password_is_hashed_others_work_in_its_slot(monkeypatch):
    slots = Slots()
    slots.open(1)
    monkeypatch.setattr("config.web.password_hashing.slots", slots)
    may_work, has_worked = threading.Event(), threading.Event()

    def work(number: int) -> bool:
        may_work.wait()
        with slots.taken():
            has_worked.set()
        return True

    def hash_passwords(number: int) -> bool:
        with slots.taken():
            may_work.set()
            for _ in range(100):
                AsidePBKDF2PasswordHasher().encode("password", "salt", iterations=100_000)
                if has_worked.is_set():
                    break
            with transaction.atomic():
                before = connection.connection
                AsidePBKDF2PasswordHasher().encode("password", "salt", iterations=1)
                is_same = connection.connection is before
            connection.close()
        return has_worked.is_set() and is_same

    assert at_once(2, lambda number: (hash_passwords, work)[number](number)) == [True, True]
