"""Fields that take what JSON says and coerce nothing."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class JsonObject(serializers.Serializer[Any]):
    """An object that a client sends. A null is as good as nothing, wherever a field may be left out."""

    default_error_messages = {"invalid": "Must be a JSON object."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            fields = self.fields
            data = {name: value for name, value in data.items() if value is not None or needs(fields.get(name))}
        return super().to_internal_value(data)


def needs(field: serializers.Field[Any, Any, Any, Any] | None) -> bool:
    return field is not None and field.required


class StrictCharField(serializers.CharField):
    """A string, trimmed; ``1`` is none. NUL and lone surrogates are refused by DRF's own validators."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


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


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep this text: no NUL, no lone surrogate."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
