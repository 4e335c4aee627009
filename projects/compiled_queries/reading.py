"""SELECTs, compiled once."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import django
from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators

from projects.compiled_queries.parameters import bind, given

M = TypeVar("M", bound=Model)


class Select(NamedTuple):
    """What the compiler made of a queryset: the statement, and how an object is made of a row of its answer."""

    sql: str
    params: tuple[Any, ...]
    make: Callable[[Any], Any]


class CompiledQuery(Generic[M]):
    """The objects of a queryset with Parameters in it; ``select_related`` and annotations included."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    def first(self, **values: Any) -> M | None:
        """The first object, or None, with these values of the Parameters."""
        if not settings.COMPILED_QUERIES:
            with given(values):
                return next(iter(self._build()[:1]), None)
        with connection.cursor() as cursor:
            cursor.execute(self._first.sql, bind(self._first.params, values))
            row = cursor.fetchone()
        return None if row is None else self._first.make(row)

    def all(self, **values: Any) -> list[M]:
        """All of them, in one query."""
        if not settings.COMPILED_QUERIES:
            with given(values):
                return list(self._build().all())
        with connection.cursor() as cursor:
            cursor.execute(self._all.sql, bind(self._all.params, values))
            return [self._all.make(row) for row in cursor.fetchall()]

    @cached_property
    def _first(self) -> Select:
        return compile_select(self._build()[:1])

    @cached_property
    def _all(self) -> Select:
        return compile_select(self._build())


def compile_select(queryset: QuerySet[Any]) -> Select:
    compiler: Any = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return Select(sql, params, maker(compiler, fetch_mode(queryset)))


def fetch_mode(queryset: Any) -> dict[str, Any]:
    """What an object does when a field is read that did not come with it: since Django 6.1, objects are told so.

    By name, so that the same calls are right for 5.2 LTS, where nobody asks.
    """
    if django.VERSION < (6, 1):
        return {}
    return {"fetch_mode": queryset._fetch_mode}  # noqa: SLF001  # fetch_mode() sets it, and nothing public says it


def maker(compiler: Any, fetch_mode: dict[str, Any]) -> Callable[[Any], Any]:
    """What makes an object of a row, as Django's ModelIterable does."""
    using = connection.alias
    converters = compiler.get_converters([expression for expression, *_ in compiler.select])
    model, columns = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    own = slice(columns[0], columns[-1] + 1)
    names = [expression.target.attname for expression, *_ in compiler.select[own]]
    populators = get_related_populators(compiler.klass_info, compiler.select, using, **fetch_mode)

    def make(row: Any) -> Any:
        (row,) = compiler.apply_converters([row], converters)
        made = model.from_db(using, names, row[own], **fetch_mode)
        for populator in populators:
            populator.populate(row, made)
        for name, position in compiler.annotation_col_map.items():
            setattr(made, name, row[position])
        return made

    return make


class CompiledCount:
    """How many rows a queryset with Parameters has, counted in its order and no further than one needs to know."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self._build = build

    def run(self, at_most: int, **values: Any) -> int:
        """Count with these values of the Parameters, up to ``at_most``."""
        if not settings.COMPILED_QUERIES:
            with given(values):
                return self._build()[:at_most].count()
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [*bind(params, values), at_most])
            (count,) = cursor.fetchone()
        return int(count)

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        rows = self._build().annotate(counted=Value(1)).values_list("counted")
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
        # Of the compiler's own making.
        return f"SELECT COUNT(*) FROM ({sql} LIMIT %s) AS found", params  # noqa: S608
