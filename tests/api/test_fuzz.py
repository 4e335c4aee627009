"""Properties that hold for anything at all; the same cases in each run, and ten times as many other ones by choice."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from projects.api.parsers import loads
from projects.api.serialization import dumps
from tests.client import GENERATIONS, ApiClient

fixtures_stay = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT = st.text(st.characters(exclude_categories=()), max_size=50)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)
KEPT = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
META = st.dictionaries(STORABLE, st.recursive(KEPT | STORABLE, st.lists, max_leaves=8), max_size=5)


@pytest.fixture(autouse=True)
def room_for_all(settings):
    """Nobody takes what waits, and the long run makes more than may wait."""
    settings.MAX_QUEUED = 0


def as_javascript_reads(value: Any) -> Any:
    """PostgreSQL's jsonb writes 7e16 as 70000000000000000: the same number to whoever reads numbers as doubles."""
    return json.loads(json.dumps(value), parse_int=float)


def assert_answered(answer: Any, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.content
    assert answer.json()["success"] is (answer.status_code < 400)


@fixtures_stay
@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_body(api: ApiClient, body: bytes) -> None:
    assert_answered(api.post(GENERATIONS, body), 400)


@fixtures_stay
@given(body=JSON)
def test_any_json_as_a_body(api: ApiClient, body: Any) -> None:
    assert_answered(api.post(GENERATIONS, json.dumps(body)), 400)


@fixtures_stay
@given(
    fields=st.fixed_dictionaries(
        {"prompt": TEXT | JSON},
        optional={"aspectRatio": JSON, "autoEnhance": JSON, "enhancementOptions": JSON, "meta": JSON},
    )
)
def test_anything_in_the_fields(api: ApiClient, fields: dict[str, Any]) -> None:
    assert_answered(api.post(GENERATIONS, json.dumps(fields)), 201, 400)


@fixtures_stay
@given(prompt=STORABLE.filter(str.strip), enhance=st.booleans())
def test_any_text_is_a_prompt_and_comes_back(api: ApiClient, prompt: str, enhance: bool) -> None:
    data = api.create(prompt=prompt, autoEnhance=enhance).json()["data"]
    assert data["originalPrompt"] == prompt.strip()
    assert enhance or data["prompt"] == prompt.strip()


@fixtures_stay
@given(meta=META)
def test_any_meta_comes_back_as_it_was_sent(api: ApiClient, meta: dict[str, Any]) -> None:
    created = api.create(meta=meta)
    assert_answered(created, 201)
    shown = api.get(created["Location"]).json()["data"]["meta"]
    assert as_javascript_reads(shown) == as_javascript_reads(meta)


@fixtures_stay
@given(query=st.dictionaries(st.sampled_from(["status", "limit", "offset", "includeDeleted"]) | TEXT, TEXT, max_size=4))
def test_any_query(api: ApiClient, query: dict[str, str]) -> None:
    text = "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}" for name, value in query.items()
    )
    assert_answered(api.get(f"{GENERATIONS}?{text}"), 200, 400)


@fixtures_stay
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#"), max_size=50))
def test_any_path(api: ApiClient, path: str) -> None:
    assert_answered(api.get(f"/api/{path}"), 404)


@fixtures_stay
@given(
    value=st.text(st.characters(max_codepoint=255), max_size=80),
    name=st.sampled_from(["X-API-Key", "X-Request-Id", "Host", "If-None-Match", "Accept"]),
)
def test_any_header(api: ApiClient, name: str, value: str) -> None:
    assert_answered(api.get(f"{GENERATIONS}/x", headers={name: value}), 400, 401, 404)


@given(
    value=st.recursive(KEPT | STORABLE, lambda inner: st.lists(inner) | st.dictionaries(STORABLE, inner), max_leaves=20)
)
def test_the_parser_reads_what_the_renderer_writes(value: Any) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize("depth", range(0, 3000, 250))
def test_no_depth_is_too_deep_to_be_answered(api: ApiClient, depth: int) -> None:
    assert_answered(api.post(GENERATIONS, "[" * depth + "]" * depth), 400)
