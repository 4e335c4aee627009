"""Every address of the API as the URL patterns have it, so that a new one is attacked without being named."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from projects.api.schema.views import openapi_document

PREFIX = "api/v1/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# Of several ids one is odd at a time.
PLAIN = {"one", "own, one", "theirs, one", "random"}
PARAMETER = re.compile(r"([\w-]+)/<(?:\w+:)?\w+>")


@dataclass(frozen=True)
class Route:
    """An address with places for ids; each place is named by the collection before it."""

    template: str
    collections: tuple[str, ...]

    def __str__(self) -> str:
        return self.template

    @property
    def documented(self) -> Mapping[str, dict[str, object]]:
        """Its operations in the OpenAPI document, by their methods."""
        return {method.upper(): operation for method, operation in documented_paths()[self.template].items()}

    @property
    def of_nobody(self) -> str:
        """The path with ids that never were."""
        return self.at(*(str(uuid4()) for _ in self.collections))

    def takes(self, method: str) -> bool:
        """Whether the document has this method; HEAD is GET's, but a stream has none."""
        streamed = "text/event-stream" in str(self.documented.get("GET"))
        return method in self.documented or (method == "HEAD" and "GET" in self.documented and not streamed)

    def at(self, *ids: str) -> str:
        """The path with these ids in it."""
        parts = re.split(r"{\w+}", self.template)
        return "".join(part + name for part, name in zip(parts, [*ids, ""], strict=True))

    def combinations(self, ids: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[tuple[str, ...], str]]:
        """The ways to fill the places with these ids, given by collection and kind: the kinds, the path.

        Of several places all but one hold an id that is there: the first of its kind, the caller's or another's.
        """
        for collection in self.collections:
            if collection not in ids:
                pytest.fail(f"{self}: say in tests/attack/scene.py which {collection} there are, so that it is tried.")
        for named in product(*(ids[collection].items() for collection in self.collections)):
            kinds = tuple(kind for kind, _ in named)
            if sum(kind not in PLAIN for kind in kinds) <= 1:
                yield kinds, self.at(*(text for _, text in named))


def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        else:
            yield path


def routes() -> list[Route]:
    patterns = [path for path in walk(get_resolver().url_patterns) if path.startswith(PREFIX)]
    return [route_of(pattern) for pattern in patterns]


def route_of(pattern: str) -> Route:
    collections = tuple(PARAMETER.findall(pattern))
    template = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "{" + found[1].replace("pk", "id") + "}", pattern)
    assert len(collections) == template.count("{"), f"{template}: an id without its collection before it"
    return Route(template, collections)


@cache
def documented_paths() -> dict[str, dict[str, dict[str, object]]]:
    paths: dict[str, dict[str, dict[str, object]]] = json.loads(openapi_document(as_json=True))["paths"]
    return paths
