# mypy: disallow-untyped-calls=False
"""Shows in the OpenAPI document what the API does to every answer: the envelope, the common errors, the headers.

An operation's own errors are named in its ``responses`` by their exception: ``{404: GenerationNotFound}``, or by one
that was made for the example.
"""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from rest_framework import exceptions

from config.api.components import json_object, ref
from config.api.errors import error_body
from config.api.exceptions import InternalError, PayloadTooLarge, ServiceUnavailable
from config.api.plain import envelope
from config.api.renderers import PARTS
from projects.authentication import REFUSAL

ALWAYS = (
    exceptions.ValidationError({"prompt": ["This field is required."]}),
    exceptions.NotAuthenticated(REFUSAL),
    exceptions.Throttled(wait=1800),
    InternalError(),
    ServiceUnavailable(),
)
WITH_A_BODY = (PayloadTooLarge(), exceptions.UnsupportedMediaType(""))
OF_A_VALID_KEY = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-API-Key-Expires")
REQUEST_ID = "550e8400-e29b-41d4-a716-446655440000"
SUCCESS = {"type": "boolean", "const": True}


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """The padlock."""

    target_class = "projects.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        description = "A project's key, `esl_…`, as staff issue it."
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": description}


class EnvelopeSchema(AutoSchema):
    """drf-spectacular's own, and what views do not say because it holds for all of them."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        common = ALWAYS + (WITH_A_BODY if self._get_request_body() else ())
        for error in common:
            status = str(error.status_code)
            described = self._error_response(error)
            responses[status] = self._either(responses[status], described) if status in responses else described
        return dict(sorted(responses.items()))

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(serializer, tuple):
            return self._either(*(self._error_response(error()) for error in serializer))
        if isinstance(serializer, type) and issubclass(serializer, exceptions.APIException):
            serializer = serializer()
        if isinstance(serializer, exceptions.APIException):
            return self._error_response(serializer)
        response: dict[str, Any] = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        response["headers"] = response.get("headers", {}) | headers("X-Request-Id", *OF_A_VALID_KEY)
        data: Any = force_instance(getattr(serializer, "response", serializer))
        fields = getattr(data, "fields", None)
        if "application/json" in response.get("content", {}) and not self._is_list_view(data):
            put_into_envelope(response["content"], named=fields is not None and PARTS.issuperset(fields))
        return response

    def _either(self, *references: dict[str, str]) -> dict[str, Any]:
        """One response for errors with the same status."""
        errors: list[dict[str, Any]] = [
            self.registry[ref["$ref"].split("/")[-1], ResolvedComponent.RESPONSE].schema for ref in references
        ]
        media = [error["content"]["application/json"] for error in errors]
        return errors[0] | {
            "description": " ".join(error["description"] for error in errors),
            "content": {
                "application/json": {
                    "schema": {"oneOf": [each["schema"] for each in media]},
                    "examples": {each["example"]["error"]["code"]: {"value": each["example"]} for each in media},
                }
            },
        }

    def _error_response(self, error: exceptions.APIException) -> dict[str, str]:
        """Register the error's response once for all operations."""
        name = type(error).__name__
        component = ResolvedComponent(
            name, ResolvedComponent.RESPONSE, schema=describe_error(error), object=type(error)
        )
        self.registry.register_on_missing(component)
        return ref(component.type, name)


def describe_error(error: exceptions.APIException) -> dict[str, Any]:
    body = error_body(error)
    exactly = {"code": {"const": body["code"]}} | ({"details": {}} if "details" in body else {})
    refused = error.status_code == exceptions.NotAuthenticated.status_code
    more = ("WWW-Authenticate",) if refused else OF_A_VALID_KEY
    if getattr(error, "wait", None):
        more = (*more, "Retry-After")
    return {
        "description": f"`{body['code']}`: {body['message']}",
        "headers": headers("X-Request-Id", *more),
        "content": {
            "application/json": {
                "schema": {"allOf": [ref("schemas", "Error"), json_object({"error": json_object(exactly)})]},
                "example": envelope(body, REQUEST_ID),
            }
        },
    }


def put_into_envelope(content: dict[str, Any], *, named: bool) -> None:
    """As the renderer does it: below ``data``, or beside ``success`` what names its parts itself."""
    for media in content.values():
        success = json_object({"success": SUCCESS})
        inner = media["schema"]
        media["schema"] = {"allOf": [success, inner]} if named else json_object({"success": SUCCESS, "data": inner})
        for example in media.get("examples", {}).values():
            value = example["value"]
            example["value"] = {"success": True} | (value if named else {"data": value})


def headers(*names: str) -> dict[str, Any]:
    return {name: ref("headers", name) for name in names}
