"""JSON as strict as the database is: what could not be kept as it was sent is refused here, for every view."""

import json
import math
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from projects.api.exceptions import PayloadTooLarge
from projects.api.serialization import INT64

LONGEST_INT = 20  # digits and sign of a 64-bit integer


class StrictJSONParser(BaseParser):
    """RFC 8259 without its leniencies: no duplicate names, no NaN, no integer beyond 64 bits, only UTF-8."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return loads(read_body(stream))


def read_body(request: HttpRequest) -> bytes:
    """Read at most MAX_BODY_BYTES, nothing where more is announced, and no less than is announced."""
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    body = request.read(settings.MAX_BODY_BYTES + 1) if announced <= settings.MAX_BODY_BYTES else b""
    if max(announced, len(body)) > settings.MAX_BODY_BYTES:
        raise PayloadTooLarge
    if len(body) < announced:
        raise ParseError("The body ends before its Content-Length.")
    return body


def loads(body: bytes) -> Any:
    """Parse one JSON document, or raise ParseError with what is wrong with it."""
    try:
        return _decoder.decode(body.decode())
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8.") from None
    except RecursionError:
        raise ParseError("The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise ParseError(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"The body is not JSON: {name} is not a number there.")


def _parse_int(digits: str) -> int:
    if len(digits) > LONGEST_INT or int(digits) not in INT64:
        raise ParseError("The body has an integer beyond 64 bits.")
    return int(digits)


def _parse_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ParseError("The body has a number that is too large.")
    return number


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError("The body names the same field twice.")
    return found


_decoder = json.JSONDecoder(
    parse_constant=_refuse_constant,
    parse_int=_parse_int,
    parse_float=_parse_float,
    object_pairs_hook=_refuse_duplicates,
)
