"""Hot reads, compiled once.

For a query by key, building the SQL costs the ORM several times what running it and making the object cost: it was
half of the CPU time of a request. A prepared query keeps what the compiler made of a queryset and takes only the values
anew; rows become objects just as Django's own ModelIterable makes them.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Parameter(Expression):
    """Stands in a queryset for a value that is known only when the query runs."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)

    def bind(self, values: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class PreparedQuery(Generic[M]):
    """The first object of a queryset with Parameters in it; ``select_related`` and annotations included."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    def first(self, **values: Any) -> M | None:
        """Run the query with these values of its Parameters."""
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [param.bind(values) if isinstance(param, Parameter) else param for param in params])
            row = cursor.fetchone()
        return None if row is None else self._make(row)

    @cached_property
    def _compiler(self) -> Any:
        return self._build()[:1].query.get_compiler(connection=connection)

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql: tuple[str, tuple[Any, ...]] = self._compiler.as_sql()
        return sql

    @cached_property
    def _make(self) -> Callable[[Any], M]:
        compiler, using = self._compiler, connection.alias
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        model, columns = compiler.klass_info["model"], compiler.klass_info["select_fields"]
        own = slice(columns[0], columns[-1] + 1)
        names = [expression.target.attname for expression, *_ in compiler.select[own]]
        populators = get_related_populators(compiler.klass_info, compiler.select, using)  # type: ignore[call-arg]  # Django 6

        def make(row: Any) -> M:
            (row,) = compiler.apply_converters([row], converters)
            made: M = model.from_db(using, names, row[own])
            for populator in populators:
                populator.populate(row, made)
            for name, position in compiler.annotation_col_map.items():
                setattr(made, name, row[position])
            return made

        return make
