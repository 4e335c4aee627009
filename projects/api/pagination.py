"""limit and offset, validated, and the contract's ``pagination`` beside the data."""

import re
from typing import Any

from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.schema.components import json_object, ref

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 2_147_483_647


class PlainIntegerField(serializers.IntegerField):
    """Only ASCII digits: Python's own int() also takes ``1_0``, ``１`` and blanks."""

    def to_internal_value(self, data: Any) -> int:
        if not re.fullmatch(r"[0-9]{1,20}", str(data)):
            self.fail("invalid")
        return int(data)


class PageQuery(serializers.Serializer[Any]):
    """The two query parameters of every list."""

    limit = PlainIntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)
    offset = PlainIntegerField(min_value=0, max_value=MAX_OFFSET, default=0)


# It keeps nothing of a request, and DRF copies all fields of a form for each new one.
PAGE = PageQuery()


def query_parameter(name: str, description: str, **bounds: int) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "integer"} | bounds}


class EnvelopePagination(BasePagination):
    """Exact totals: one COUNT and one page, two queries."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        page = PAGE.run_validation(request.query_params.dict())
        self.limit, self.offset = page["limit"], page["offset"]
        self.total = queryset.count()
        return list(queryset[self.offset : self.offset + self.limit]) if self.offset < self.total else []

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the OpenAPI document, with what examples show."""
        success = {"type": "boolean", "description": "True.", "example": True}
        pagination = ref("schemas", "Pagination") | {
            "example": {"limit": 10, "offset": 0, "total": 42, "hasMore": True}
        }
        return json_object({"success": success, "data": schema, "pagination": pagination})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            query_parameter("limit", "Results per page.", minimum=1, maximum=MAX_LIMIT, default=DEFAULT_LIMIT),
            query_parameter("offset", "How many to skip.", minimum=0, maximum=MAX_OFFSET, default=0),
        ]

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response(
            {
                "data": data,
                "pagination": {
                    "limit": self.limit,
                    "offset": self.offset,
                    "total": self.total,
                    "hasMore": self.offset + len(data) < self.total,
                },
            }
        )
