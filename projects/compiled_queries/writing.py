"""UPDATEs and INSERTs, compiled once."""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model, QuerySet, UniqueConstraint
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

from projects.compiled_queries.parameters import Parameter, bind, given

M = TypeVar("M", bound=Model)


class CompiledUpdate:
    """An UPDATE of a queryset with Parameters in it or among its changes."""

    def __init__(self, build: Callable[[], QuerySet[Any]], **changes: Any) -> None:
        self._build, self._changes = build, changes

    def run(self, **values: Any) -> int:
        """Update with these values of the Parameters; return how many rows were hit."""
        if not settings.COMPILED_QUERIES:
            with given(values):
                return self._build().update(**self._changes)
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, bind(params, values))
            return int(cursor.rowcount)

    def take(self, **values: Any) -> Any:
        """The same for a single row: return its primary key, or None where none was hit."""
        if not settings.COMPILED_QUERIES:
            return self._lock_and_update(values)
        sql, params = self._sql
        key = self._key
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} RETURNING {connection.ops.quote_name(key.target.column)}", bind(params, values))
            row = cursor.fetchone()
        if row is None:
            return None
        (found,) = next(self._compiler.apply_converters([row], self._converters))
        return found

    @transaction.atomic(savepoint=False)
    def _lock_and_update(self, values: dict[str, Any]) -> Any:
        """In two statements, for Django has no UPDATE … RETURNING: until the second one, the row is locked."""
        with given(values):
            rows = self._build()
            found = rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)[:1]
            key = next(iter(found), None)
            if key is not None:
                QuerySet(rows.model).filter(pk=key).update(**self._changes)
        return key

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


class CompiledInsert(Generic[M]):
    """An INSERT of one new object. Columns with a default of the database are left to it and read back.

    With ``unless_there``, a row that is in the way of a unique constraint stays, and nothing is inserted; the model
    has to have a column that is read back.
    """

    def __init__(self, model: type[M], *, unless_there: bool = False, **expressions: Any) -> None:
        self._model, self._expressions, self._unless_there = model, expressions, unless_there

    def run(self, row: M, **values: Any) -> bool:
        """Insert the object; the columns given as expressions are theirs, with these values of their Parameters.

        Return False where ``unless_there`` has kept it out.
        """
        returned = self._insert(row, values) if settings.COMPILED_QUERIES else self._save(row, values)
        if returned is None:
            return False
        for field, value in zip(self._read_back, returned, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias
        return True

    def _insert(self, row: M, values: dict[str, Any]) -> Any:
        """What the database says of the columns that are left to it; None where another row is in the way."""
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, bind(params, vars(row) | values))
            returned = cursor.fetchone() if self._read_back else ()
        return returned and next(self._compiler.apply_converters([returned], self._converters))

    def _save(self, row: M, values: dict[str, Any]) -> Any:
        """The same by Model.save, of a copy, for that would leave the expressions in the object."""
        saved = copy(row)
        for name, expression in self._expressions.items():
            setattr(saved, name, expression)
        try:
            with given(values):
                if self._unless_there:
                    with transaction.atomic():
                        saved.save(force_insert=True)
                else:
                    saved.save(force_insert=True)
        except IntegrityError:
            if self._unless_there and is_in_the_way_of(row):
                return None
            raise
        return [getattr(saved, field.attname) for field in self._read_back]

    @cached_property
    def _read_back(self) -> "list[Field[Any, Any]]":
        fields = self._model._meta.concrete_fields
        return [field for field in fields if field.db_returning and field.attname not in self._expressions]

    @cached_property
    def _compiler(self) -> Any:
        written = [field for field in self._model._meta.concrete_fields if field not in self._read_back]
        parameters = {field.attname: Parameter(field.attname, field) for field in written}
        on_conflict = OnConflict.IGNORE if self._unless_there else None
        query: Any = InsertQuery(self._model, on_conflict=on_conflict)
        query.insert_values(written, [self._model(**parameters | self._expressions)])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = self._read_back
        return compiler

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        ((sql, params),) = self._compiler.as_sql()
        return sql, params

    @cached_property
    def _converters(self) -> Any:
        table = self._model._meta.db_table
        return self._compiler.get_converters([field.get_col(table) for field in self._read_back])


def is_in_the_way_of(row: Model) -> bool:
    """Whether another row has what a unique constraint lets only one have."""
    try:
        row.validate_unique()
        for constraint in row._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                constraint.validate(type(row), row)
    except ValidationError:
        return True
    return False
