"""The fields that only a generation has."""

from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.api.fields import StrictCharField, is_storable

PROMPT_MAX_LENGTH = 5000
META_MAX_BYTES = 16 * 1024
META_MAX_DEPTH = 10


# Something is left after trimming. Python also trims U+001C to U+001F and U+0085, which not every \s means.
PROMPT_PATTERN = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": PROMPT_MAX_LENGTH, "pattern": PROMPT_PATTERN})
class PromptField(StrictCharField):
    """1 to 5,000 characters after trimming."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=PROMPT_MAX_LENGTH, **kwargs)


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
