"""Fields that take what JSON says and coerce nothing."""

from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

PROMPT_MAX_LENGTH = 5000
META_MAX_BYTES = 16 * 1024
META_MAX_DEPTH = 10


class StrictCharField(serializers.CharField):
    """A string, trimmed; ``1`` is none. NUL and lone surrogates are refused by DRF's own validators."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


@extend_schema_field(
    {"type": "string", "minLength": 1, "maxLength": PROMPT_MAX_LENGTH, "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}
)
class PromptField(StrictCharField):
    """1 to 5,000 characters after trimming."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=PROMPT_MAX_LENGTH, **kwargs)


class StrictBooleanField(serializers.BooleanField):
    """``true`` or ``false``; ``"yes"`` is no boolean."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class QueryBooleanField(serializers.BooleanField):
    """``true`` or ``false`` as a query string writes them."""

    default_error_messages = {"invalid": "Must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


class StrictChoiceField(serializers.ChoiceField):
    """One of the strings; the refusal names them and never repeats what was sent."""

    default_error_messages = {"invalid_choice": "Must be one of: {choices}."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", choices=", ".join(self.choices))
        return data


class MetaField(serializers.DictField):
    """The caller's own object: kept as it is, as long as the database can hold it and it stays small."""

    default_error_messages = {
        "not_a_dict": "Must be a JSON object.",
        "too_large": f"At most {META_MAX_BYTES // 1024} KiB of JSON.",
        "too_deep": f"At most {META_MAX_DEPTH} levels deep.",
        "bad_text": "NUL characters and lone surrogates are not allowed, neither in names nor in values.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict")
        self.check(data, depth=1)
        if len(orjson.dumps(data)) > META_MAX_BYTES:
            self.fail("too_large")
        return data

    def check(self, value: Any, depth: int) -> None:
        """Walk through all that is inside; the text check comes first, for orjson cannot write lone surrogates."""
        if isinstance(value, str):
            if not is_storable(value):
                self.fail("bad_text")
        elif isinstance(value, dict | list):
            if depth > META_MAX_DEPTH:
                self.fail("too_deep")
            for inner in [*value.keys(), *value.values()] if isinstance(value, dict) else value:
                self.check(inner, depth + 1)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep this text: no NUL, no lone surrogate."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
