"""Hot statements, compiled once.

Building a statement costs the ORM several times what running it and making an object of its answer cost: it was half
of the CPU time of a request and more of a job's. A prepared one keeps what the compiler made and takes only the values
anew. Rows become objects just as Django's own ModelIterable makes them.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet, Value
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery

M = TypeVar("M", bound=Model)


class Parameter(Expression):
    """Stands in a statement for a value that is known only when it runs."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


def bind(params: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    """Put the values in the Parameters' places, as their fields keep them."""
    return [
        param.output_field.get_db_prep_save(values[param.name], connection) if isinstance(param, Parameter) else param
        for param in params
    ]


class PreparedQuery(Generic[M]):
    """The first object of a queryset with Parameters in it; ``select_related`` and annotations included."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    def first(self, **values: Any) -> M | None:
        """Run the query with these values of its Parameters."""
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, bind(params, values))
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
        populators = get_related_populators(compiler.klass_info, compiler.select, using)  # type: ignore[call-arg]

        def make(row: Any) -> M:
            (row,) = compiler.apply_converters([row], converters)
            made: M = model.from_db(using, names, row[own])
            for populator in populators:
                populator.populate(row, made)
            for name, position in compiler.annotation_col_map.items():
                setattr(made, name, row[position])
            return made

        return make


class PreparedUpdate:
    """An UPDATE of a queryset with Parameters in it or among its changes."""

    def __init__(self, build: Callable[[], QuerySet[Any]], **changes: Any) -> None:
        self._build, self._changes = build, changes

    def run(self, **values: Any) -> int:
        """Update with these values of the Parameters; return how many rows were hit."""
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, bind(params, values))
            return int(cursor.rowcount)

    def take(self, **values: Any) -> Any:
        """The same for a single row: return its primary key, or None where none was hit."""
        sql, params = self._sql
        key = self._key
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} RETURNING {connection.ops.quote_name(key.target.column)}", bind(params, values))
            row = cursor.fetchone()
        if row is None:
            return None
        (found,) = next(self._compiler.apply_converters([row], self._converters))
        return found

    @cached_property
    def _compiler(self) -> Any:
        query: Any = self._build().query.chain(UpdateQuery)
        query.add_update_values(self._changes)
        return query.get_compiler(connection=connection)

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql: tuple[str, tuple[Any, ...]] = self._compiler.as_sql()
        return sql

    @cached_property
    def _key(self) -> Any:
        meta = self._build().model._meta
        return meta.pk.get_col(meta.db_table)

    @cached_property
    def _converters(self) -> Any:
        return self._compiler.get_converters([self._key])


class PreparedCount:
    """How many rows a queryset with Parameters has, counted in its order and no further than one needs to know."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self._build = build

    def run(self, at_most: int, **values: Any) -> int:
        """Count with these values of the Parameters, up to ``at_most``."""
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


class PreparedInsert(Generic[M]):
    """An INSERT of one new object. Columns with a default of the database are left to it and read back.

    With ``unless_there``, a row that is in the way of a unique constraint stays, and nothing is inserted; the model
    has to have a column that is read back.
    """

    def __init__(self, model: type[M], *, unless_there: bool = False, **expressions: Any) -> None:
        self._model, self._expressions = model, expressions
        self._on_conflict = OnConflict.IGNORE if unless_there else None

    def run(self, row: M, **values: Any) -> bool:
        """Insert the object; the columns given as expressions are theirs, with these values of their Parameters.

        Return False where ``unless_there`` has kept it out.
        """
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, bind(params, vars(row) | values))
            returned = cursor.fetchone() if self._compiler.returning_fields else ()
        if returned is None:
            return False
        (returned,) = self._compiler.apply_converters([returned], self._converters)
        for field, value in zip(self._compiler.returning_fields, returned, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias
        return True

    @cached_property
    def _compiler(self) -> Any:
        fields = self._model._meta.concrete_fields
        by_database = [field for field in fields if field.db_returning and field.attname not in self._expressions]
        written = [field for field in fields if field not in by_database]
        parameters = {field.attname: Parameter(field.attname, field) for field in written}
        query: Any = InsertQuery(self._model, on_conflict=self._on_conflict)
        query.insert_values(written, [self._model(**parameters | self._expressions)])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = by_database
        return compiler

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        ((sql, params),) = self._compiler.as_sql()
        return sql, params

    @cached_property
    def _converters(self) -> Any:
        table = self._model._meta.db_table
        return self._compiler.get_converters([field.get_col(table) for field in self._compiler.returning_fields])
