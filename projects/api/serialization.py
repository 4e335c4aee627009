"""JSON as this service writes it, in answers and in webhooks alike: times have three decimals and ``Z``."""

from datetime import UTC, datetime
from typing import Any

import orjson

INT64 = range(-(2**63), 2**63)


def dumps(data: Any) -> bytes:
    """Serialise as the API does; UUIDs are orjson's own, times ours."""
    try:
        return orjson.dumps(data, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except orjson.JSONEncodeError:
        return orjson.dumps(_with_floats(data), default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)


def wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _with_floats(value: Any) -> Any:
    """PostgreSQL's jsonb gives 1e300 back as an integer of 301 digits, and orjson writes none beyond 64 bits."""
    if isinstance(value, dict):
        return {name: _with_floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and value not in INT64 else value


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, dict):  # DRF's ReturnDict and the like
        return dict(value)
    raise TypeError(type(value).__name__)
