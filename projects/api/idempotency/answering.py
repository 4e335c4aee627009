"""Idempotency-Key: a POST that is sent again does nothing again, and is answered as it was the first time.

As https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ has it. A view that creates or
changes something calls ``answer_once``, which is all it needs to know of this.
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple, Protocol, TypeVar, cast
from uuid import UUID

import structlog
from django.db.models import Model
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.idempotency.reservations import keep_answer, release, reserve
from projects.models import ApiKey, IdempotencyKey

log = structlog.get_logger(__name__)

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
PRINTABLE = re.compile(r"[ -~]{1,255}")


class Act(Protocol[M_co]):
    """Creates or changes a row, and calls ``record``, if there is one, with it in the same transaction."""

    def __call__(self, *, record: Callable[[M_co], None] | None = None) -> M_co: ...


class Answered(NamedTuple):
    """What to answer, and what it is about: perhaps gone since the first request with this key."""

    response: HttpResponse
    resource_id: UUID


def answer_once(request: Request, act: Act[M], answer: Callable[[M], Response], *, reads_body: bool = True) -> Answered:
    """Act and answer; where the request's key has been answered before, answer the same again.

    To be called when the body is known to be valid, if it is read at all, and outside any transaction. What fails gives
    the key back.
    """
    key = read_key(request)
    if key is None:
        row = act()
        return Answered(answer(row), row.pk)
    asked = fingerprint(request, request.data if reads_body else None)
    reservation = reserve(cast(ApiKey, request.auth).project, key, asked)
    if reservation.status_code is not None:
        return replay(reservation, request)
    try:
        return act_reserved(reservation, request, act, answer)
    except BaseException:
        release(reservation)
        raise


def act_reserved(
    reservation: IdempotencyKey, request: Request, act: Act[M], answer: Callable[[M], Response]
) -> Answered:
    """Act, and keep the answer in the same transaction."""
    answers: list[Response] = []

    def record(row: M) -> None:
        response = answer(row)
        own = {name: value for name, value in response.headers.items() if name != "Content-Type"}
        body: Any = request.accepted_renderer.render(response.data, renderer_context={"response": response})
        keep_answer(reservation, row, status_code=response.status_code, headers=own, body=body.decode())
        answers.append(response)

    row = act(record=record)
    return Answered(answers[-1], row.pk)


def replay(kept: IdempotencyKey, request: Request) -> Answered:
    log.info("answer_replayed", resource_id=str(kept.resource_id))
    response = HttpResponse(
        kept.body,
        status=kept.status_code,
        content_type=request.accepted_renderer.media_type,
        headers=kept.headers | {REPLAYED: "true"},
    )
    return Answered(response, cast(UUID, kept.resource_id))


def read_key(request: Request) -> str | None:
    """The header's value, without the quotes that make it a string of RFC 9651; None where there is no header."""
    value = request.headers.get(HEADER)
    if value is None:
        return None
    key = value.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not PRINTABLE.fullmatch(key):
        raise ValidationError({HEADER: ["Must be 1 to 255 printable ASCII characters."]})
    return key


def fingerprint(request: Request, body: Any) -> str:
    """Names what is asked for, however its JSON is written."""
    asked: list[Any] = [request.method, request.path, body]
    try:
        canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise ValidationError({"body": ["The body is nested too deeply."]}) from None
    return sha256(canonical.encode()).hexdigest()
