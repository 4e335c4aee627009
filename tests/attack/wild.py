"""Requests that no client of good will sends, made from a seed: the same ones for the same seed."""

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.api.corpus import INJECTIONS, LITERALS, NUMBERS, TEXTS, VALUES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get", "G" * 100, "CONNECT"]
OF_BODIES = ["prompt", "aspectRatio", "autoEnhance", "enhancementOptions", "template", "meta", "url", "description"]
FIELDS = [*OF_BODIES, "eventTypes", "enabled", "id", "__proto__", "", "\0"]
QUERIES = ["limit", "offset", "status", "includeDeleted", "format", "q", "", "\0", "limit[]", "page"]
TYPES = ["application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data; boundary=x",
         "multipart/form-data", "application/x-www-form-urlencoded", "", ";;;", "application/json\0", "*/*", "a" * 5000,
         "application/json; charset=\xff"]  # fmt: skip
HEADERS = ["If-None-Match", "Prefer", "Idempotency-Key", "Last-Event-ID", "X-Request-Id", "Accept", "Host", "Range",
           "Authorization", "Cookie", "Content-Encoding", "Transfer-Encoding", "X-Forwarded-Host", "X-Forwarded-Proto",
           "X-HTTP-Method-Override", "Accept-Encoding", "Accept-Language", "Origin", "Referer", "Expect", "Upgrade",
           "If-Modified-Since", "Content-Length"]  # fmt: skip
OTHER_PATHS = ["/", "/healthz", "/metrics", "/schema", "/docs", "/media/", "/media/a/b.png", "/admin/", "/admin/login/",
               "/static/x", "/api", "/api/", "/api/v1", "/api/v2/x", "//", "/..", "/.env", "/nowhere"]  # fmt: skip
SPICE = [
    *INJECTIONS,
    "\0",
    "%00",
    "..",
    "/",
    "//",
    "\r\n",
    "\xff",
    "%ff",
    "é",
    "😀",
    "a" * 3000,
    "%",
    "%zz",
    ";",
    "?",
    "#",
]


@dataclass(frozen=True)
class Request:
    method: str
    path: bytes
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Wild:
    """Makes one request after the other: most of them good but for one or two things."""

    def __init__(
        self, seed: int, *, own: list[tuple[str, str]], others: list[tuple[str, str]], keys: list[str]
    ) -> None:
        self.chance = random.Random(seed)
        self.own, self.others, self.keys = own, others, keys

    def request(self) -> Request:
        method, path = self.one(self.own if self.often(0.75) else self.others)
        body = self.body()
        return Request(self.method(method), self.path(path), self.query(), self.headers(body), body)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def one(self, values: list[Any]) -> Any:
        return self.chance.choice(values)

    def method(self, usual: str) -> str:
        return usual if self.often(0.85) else str(self.one(METHODS))

    def path(self, usual: str) -> bytes:
        path = usual if self.often(0.92) else str(self.one(OTHER_PATHS))
        if self.often(0.1):
            place = self.chance.randrange(len(path) + 1)
            path = path[:place] + str(self.one(SPICE)) + path[place:]
        return self.noise(path.encode()) if self.often(0.03) else path.encode()

    def query(self) -> str:
        if self.often(0.6):
            return ""
        pairs = [
            (self.one(QUERIES), str(self.one([*TEXTS, *NUMBERS[:16]]))) for _ in range(self.chance.randrange(1, 4))
        ]
        if self.often(0.2):
            return (
                "&".join(f"{name}={value}" for name, value in pairs).encode(errors="replace").decode("latin-1")[:5000]
            )
        return "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)

    def headers(self, body: bytes) -> dict[str, str]:
        key = self.keys[0] if self.often(0.9) else self.one([*self.keys, *INJECTIONS])
        kind = TYPES[0] if self.often(0.85) else self.one(TYPES)
        headers = {"X-API-Key": key, "Content-Type": kind, "Content-Length": str(len(body)), "Host": "localhost"}
        for name in self.chance.sample(HEADERS, self.one([0, 0, 0, 1, 1, 2, 4])):
            headers[name] = str(
                self.one([*SPICE, *TEXTS, "*", "wait=1", "order-1", "1.done", "bytes=0-", "-1", "9" * 30])
            )
        return {name: value.encode(errors="replace").decode("latin-1") for name, value in headers.items()}

    def body(self) -> bytes:
        if self.often(0.15):
            return b""
        text = self.json_text(self.document())
        body = text.encode(self.one(["utf-8"] * 9 + ["utf-16"]), errors="replace")
        return self.noise(body) if self.often(0.08) else body

    def document(self) -> Any:
        if self.often(0.1):
            return self.one(VALUES)
        fields = {"prompt": "a cat", "url": "https://93.184.215.14/hooks"} if self.often(0.7) else {}
        return fields | {self.one(FIELDS): self.value() for _ in range(self.chance.randrange(4))}

    def value(self, depth: int = 0) -> Any:
        makers: list[Callable[[], Any]] = [
            lambda: self.one(VALUES),
            lambda: self.one(LITERALS),
            lambda: self.one(["1:1", "16:9", "general", "comic", "generation.failed", True, False]),
            lambda: "".join(
                self.one([*string.printable, "\0", "é", "\ud800"]) for _ in range(self.chance.randrange(20))
            ),
        ]
        if depth < 3:
            makers += [
                lambda: [self.value(depth + 1) for _ in range(self.chance.randrange(4))],
                lambda: {str(self.one(FIELDS)): self.value(depth + 1) for _ in range(self.chance.randrange(4))},
            ]
        return self.one(makers)()

    def json_text(self, document: Any) -> str:
        text = json.dumps(document, ensure_ascii=self.often(0.8))
        if self.often(0.03):
            text = text[:-1] + ', "prompt": 1, "prompt": 2' + text[-1:]
        if self.often(0.02):
            depth = self.one([5, 50, 5_000, 100_000])
            text = '{"prompt": "a cat", "meta": ' + self.one(["[", '{"a":']) * depth
        return text

    def noise(self, data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(self.chance.randrange(1, 5)):
            changed.insert(self.chance.randrange(len(changed) + 1), self.chance.randrange(256))
        return bytes(changed[: self.chance.randrange(len(changed) + 1)] if self.often(0.3) else changed)
