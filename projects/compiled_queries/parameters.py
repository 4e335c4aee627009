"""The values of a statement that are known only when it runs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.models import Expression, Field

_VALUES: ContextVar[dict[str, Any] | None] = ContextVar("values of Parameters", default=None)


class Parameter(Expression):
    """Stands in a statement for a value that is known only when it runs.

    What compiles it finds it among the parameters, for ``bind`` to replace; within ``given``, its value.
    """

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        values = _VALUES.get()
        return "%s", (self if values is None else self.value_among(values),)

    def value_among(self, values: dict[str, Any]) -> Any:
        """Its value, as its field keeps it."""
        return self.output_field.get_db_prep_save(values[self.name], connection)


def bind(params: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    """Put the values in the Parameters' places, as their fields keep them."""
    return [param.value_among(values) if isinstance(param, Parameter) else param for param in params]


@contextmanager
def given(values: dict[str, Any]) -> Iterator[None]:
    """Whatever the ORM itself builds and runs within has these values in the Parameters' places."""
    token = _VALUES.set(values)
    try:
        yield
    finally:
        _VALUES.reset(token)
