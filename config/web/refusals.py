"""Answers before Django is asked: to who sends too much or too slowly, or comes while too many are here."""

import uuid
from collections.abc import Iterable
from typing import Any

import orjson

from projects.api.error_pages import envelope


def document(code: str, message: str) -> bytes:
    """The body of such an answer; its request id is new, for nobody has looked at the caller's."""
    return orjson.dumps(envelope({"code": code, "message": message}, str(uuid.uuid4())))


def refuse(start_response: Any, status: str, code: str, message: str, **headers: str) -> Iterable[bytes]:
    """Answer, by WSGI; a body that has not been read makes the server hang up afterwards."""
    content = document(code, message)
    more = [(name.replace("_", "-"), value) for name, value in headers.items()]
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content))), *more])
    return [content]
