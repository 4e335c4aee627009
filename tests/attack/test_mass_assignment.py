"""Every column of every table is offered to every endpoint that writes; none takes more than its document says.

Fields that an endpoint does not know are ignored, so the row that comes of them is the row that comes without them.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from projects.api.schema.views import openapi_document
from tests.attack.routes import Route, routes
from tests.attack.rows import Rows, lasting_rows
from tests.client import ApiClient

WRITING = [
    (route, method) for route in routes() for method in route.documented if method in {"POST", "PUT", "PATCH", "DELETE"}
]
LEAST = {"prompt": "a cat", "url": "https://93.184.215.14/hooks"}
Column = Any  # models.Field, which takes its parameters in the type checker only
REQUEST_ID = "the-same-for-all"
each_writing = pytest.mark.parametrize(("route", "method"), WRITING, ids=[f"{m} {r}" for r, m in WRITING])


class Change(NamedTuple):
    """What a request did to one row: its columns before (None: there was none) and after."""

    model: str
    before: Any
    after: Any


def columns() -> dict[str, Column]:
    """Every name by which a column may be asked for: as it is, by its relation, and as JSON would spell it."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname, "pk", str(model._meta.model_name)}:
                found[name] = found[camel(name)] = field
    return found


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def wish(field: Column, scene: Any) -> Any:
    """What an attacker would like to see in this column."""
    if field.choices:
        return list(field.choices)[-1][0]
    if field.related_model or isinstance(field, models.UUIDField):
        return str(scene.theirs.project.pk)
    if isinstance(field, models.BooleanField):
        return not field.get_default()
    if isinstance(field, models.IntegerField | models.FloatField):
        return 77
    if isinstance(field, models.DateTimeField):
        return "2001-01-01T00:00:00Z"
    return {"evil": 77} if isinstance(field, models.JSONField) else "evil"


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def changes(before: Rows, after: Rows) -> list[Change]:
    """What happened, without what is new each time: ids, salts and the time, as long as it is the present."""
    found = []
    for model, rows in after.items():
        for key in rows.keys() | before[model].keys():
            was, now = before[model].get(key), rows.get(key)
            if was != now:
                found.append(Change(model, was and settle(was, before), now and settle(now, before)))
    return sorted(found, key=repr)


def settle(row: dict[str, Any], before: Rows) -> dict[str, Any]:
    known = {key for rows in before.values() for key in rows}
    return {name: settled(name, value, known) for name, value in row.items()}


def settled(name: str, value: Any, known: set[Any]) -> Any:
    if isinstance(value, UUID) and value not in known:
        return "a new id"
    if isinstance(value, datetime) and value.year > 2001:
        return f"in {round((value - timezone.now()) / timedelta(hours=1))} hours"
    if name == "enhancement_ms" and value != 77:
        return "some time"
    if name == "id" and isinstance(value, int):
        return "a new number"
    if name in {"salt", "body"} or str(value).startswith("msg_"):
        return value if value == "evil" else "made anew"
    return value


class Door:
    """One endpoint, with the ids of the caller's own that it can do its work on."""

    def __init__(self, scene: Any, route: Route, method: str) -> None:
        self.api, self.method = ApiClient(scene.key, **{"X-Request-Id": REQUEST_ID}), method
        self.before = lasting_rows()
        self.path = next(path for path in self.paths(scene, route) if self.ask(path, LEAST)[0] < 300)

    def paths(self, scene: Any, route: Route) -> Iterator[str]:
        return (path for _, path in route.combinations(scene.own.ids))

    def ask(self, path: str, body: Any, query: str = "") -> tuple[int, list[Change]]:
        """The answer's status, and what it did."""
        with undone():
            answer = self.api.generic(self.method, path + query, json.dumps(body), "application/json")
            return answer.status_code, changes(self.before, lasting_rows())


def may_be_said(route: Route, method: str) -> set[str]:
    """The fields of the body that the document names."""
    operation = json.dumps(route.documented[method].get("requestBody", {}))
    names = re.findall(r"#/components/schemas/(\w+)", operation)
    return {field for name in names for field in schema(name).get("properties", {})}


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_document(as_json=True))["components"]["schemas"][name]
    return found


@each_writing
def test_no_column_can_be_written_by_its_name(scene, route, method):
    door = Door(scene, route, method)
    done = door.ask(door.path, LEAST)
    said = may_be_said(route, method)
    wishes = {name: wish(field, scene) for name, field in columns().items() if name not in said}
    assert len(wishes) > 150
    assert door.ask(door.path, LEAST | wishes) == done
    if "enhancementOptions" in said:
        assert door.ask(door.path, LEAST | {"enhancementOptions": wishes | {"template": "general"}}) == done
    query = "&".join(f"{name}={value}" for name, value in wishes.items() if isinstance(value, int | str))
    assert door.ask(door.path, LEAST, f"?{query}") == done


def test_in_meta_they_are_the_callers_own_and_nothing_else(scene):
    route = next(route for route in routes() if route.template == "/api/v1/generations")
    door = Door(scene, route, "POST")
    wishes = {name: wish(field, scene) for name, field in columns().items()}
    (_, [bare]), (_, [full]) = door.ask(door.path, LEAST), door.ask(door.path, LEAST | {"meta": wishes})
    assert full.after["meta"] == wishes
    assert full.after == bare.after | {"meta": wishes}


def test_a_row_that_took_one_of_them_would_be_seen(scene):
    """The control: what the document does allow changes the row."""
    route = next(route for route in routes() if route.template == "/api/v1/generations")
    door = Door(scene, route, "POST")
    assert door.ask(door.path, LEAST | {"aspectRatio": "21:9"}) != door.ask(door.path, LEAST)
