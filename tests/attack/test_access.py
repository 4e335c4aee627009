"""Who may touch what: every address, every method, every kind of key, every kind of id.

The addresses come from the URL patterns, so that a new one is tried as soon as it is there.
"""

import json
from typing import Any, NamedTuple

import pytest
from django.http import HttpResponse

from tests.attack.routes import METHODS, documented_paths, routes
from tests.attack.rows import lasting_rows
from tests.attack.scene import SECRET_OF_THEIRS
from tests.client import GENERATIONS, ApiClient

ROUTES = routes()
# The ids that are the caller's and there.
OWN = {"own, one", *(f"own, {state}" for state in ("success", "failed", "processing", "pending"))}
PER_REQUEST = {"X-Request-Id", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
BODIES = {"good": b'{"prompt": "a cat", "url": "https://93.184.215.14/hooks"}', "no JSON": b"{", "bad": b'{"url": 1}'}
HEADERS: dict[str, dict[str, str]] = {
    "plain": {},
    "conditional": {"If-None-Match": "*"},
    "resumed": {"Last-Event-ID": "1764324008500000.done"},
    "patient": {"Prefer": "wait=1"},
    "keyed": {"Idempotency-Key": "order-2"},
    "with a key that something else had": {"Idempotency-Key": "order-1"},
    "overriding": {"X-HTTP-Method-Override": "DELETE", "X-Original-URL": GENERATIONS, "X-Rewrite-URL": GENERATIONS},
}

each_route = pytest.mark.parametrize("route", ROUTES, ids=str)
with_ids = pytest.mark.parametrize("route", [route for route in ROUTES if route.collections], ids=str)


class Seen(NamedTuple):
    """All of an answer that a caller can compare, and what the request has cost."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    cost: int | None


class Caller(ApiClient):
    """A program that looks closely at what it gets."""

    left: int | None = None

    def see(self, method: str, path: str, body: bytes = BODIES["good"], **headers: str) -> Seen:
        answer: Any = self.generic(method, path, body, "application/json", headers=headers)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        cost, self.left = self.spent(answer), int(answer.get("X-RateLimit-Remaining", -1))
        named = tuple(sorted((name, value) for name, value in answer.items() if name not in PER_REQUEST))
        return Seen(answer.status_code, named, text.decode().replace(answer["X-Request-Id"], "…"), cost)

    def spent(self, answer: HttpResponse) -> int | None:
        """By how much the count went down since the last answer to this caller; 1 for the first."""
        if "X-RateLimit-Remaining" not in answer:
            return None
        return 1 if self.left is None else self.left - int(answer["X-RateLimit-Remaining"])


@pytest.fixture
def unchanged(scene):
    """Nothing that is refused changes a row."""
    before = lasting_rows()
    yield
    assert lasting_rows() == before


def test_the_routes_are_those_of_the_document():
    assert sorted(route.template for route in ROUTES) == sorted(documented_paths())


@each_route
def test_every_wrong_key_gets_one_answer_whatever_is_asked_for(scene, unchanged, route):
    callers = {kind: Caller(key) for kind, key in scene.wrong_keys.items()}
    for method in METHODS:
        answers = {
            (kind, ids): caller.see(method, path)
            for kind, caller in callers.items()
            for ids, path in route.combinations(scene.few_ids)
            if len(set(ids)) <= 1
        }
        first = next(iter(answers.values()))
        assert {which: answer for which, answer in answers.items() if answer != first} == {}, method
        assert (first.status, first.cost) == (401, None)
        assert method == "HEAD" or json.loads(first.body)["error"]["code"] == "UNAUTHORIZED"


@with_ids
def test_what_is_not_the_callers_looks_as_if_it_had_never_been(scene, unchanged, route):
    caller = Caller(scene.key)
    for method in filter(route.takes, METHODS):
        for name, headers in HEADERS.items():
            never = caller.see(method, route.of_nobody, **headers)
            is_reused = method == "POST" and "something else" in name
            assert (never.status, never.cost) == (422 if is_reused else 404, 1)
            for kinds, path in route.combinations(scene.every_id if name == "plain" else scene.few_ids):
                if not all(kind in OWN for kind in kinds):
                    assert caller.see(method, path, **headers) == never, (method, name, kinds)


@with_ids
def test_nor_does_any_body_tell_it_from_that(scene, unchanged, route):
    caller = Caller(scene.key)
    for method in filter(route.takes, METHODS):
        for body in BODIES.values():
            never = caller.see(method, route.of_nobody, body)
            for kinds, path in route.combinations(scene.few_ids):
                if not all(kind in OWN for kind in kinds):
                    assert caller.see(method, path, body) == never, (method, body, kinds)


@with_ids
def test_its_owner_is_let_in(scene, route):
    """The control: those ids are there, and it is only the key that keeps the other one out."""
    for method in route.documented:
        for kinds, path in route.combinations(scene.theirs.ids):
            if kinds[0] in ("pending", "processing") and path.endswith("/events"):
                continue  # it goes on until the generation ends
            fresh = Caller(scene.their_key).see(method, path)
            assert fresh.status not in (401, 404, 405) or method == "DELETE", (method, kinds)
            if method == "DELETE":
                assert fresh.status == 200
                return


@each_route
def test_a_method_that_is_not_taken_is_refused_alike_for_all(scene, unchanged, route):
    callers = Caller(scene.key), Caller(scene.their_key)
    for method in METHODS:
        if route.takes(method):
            continue
        (answer,) = {caller.see(method, path) for caller in callers for _, path in route.combinations(scene.few_ids)}
        allowed = dict(answer.headers)["Allow"].split(", ")
        assert (answer.status, answer.cost) == (405, 1)
        assert sorted(allowed) == sorted(filter(route.takes, METHODS))


@each_route
def test_no_answer_to_another_tells_what_a_project_has_written(scene, route):
    caller = Caller(scene.key)
    queries = ("", "?includeDeleted=true&limit=100", f"?projectId={scene.theirs.project.pk}", "?status=success")
    for method in route.documented:
        for kinds, path in route.combinations(scene.few_ids):
            if any("own, p" in kind for kind in kinds) and path.endswith("/events"):
                continue
            for query in queries if method == "GET" else queries[:1]:
                seen = caller.see(method, path + query)
                assert SECRET_OF_THEIRS not in seen.body, (method, kinds, query)
                assert str(scene.theirs.project.pk) not in seen.body
                assert SECRET_OF_THEIRS not in str(seen.headers)


def test_an_idempotency_key_of_another_project_is_a_new_one(scene):
    """And the control: to its own project it is taken."""
    body = b'{"prompt": "a cat"}'
    post = lambda key: Caller(key).see("POST", GENERATIONS, body, **{"Idempotency-Key": "order-9"})  # noqa: E731
    mine, theirs = post(scene.key), post(scene.their_key)
    assert (mine.status, theirs.status) == (201, 201)
    assert json.loads(mine.body)["data"]["id"] != json.loads(theirs.body)["data"]["id"]
    assert "Idempotency-Replayed" not in dict(theirs.headers)
    assert post(scene.key).body == mine.body
