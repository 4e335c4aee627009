# mypy: disallow-untyped-calls=False
"""Shows in the OpenAPI document what the API does to every answer: the envelope, the common errors, the headers.

An operation's own errors are named in its ``responses`` by their exception: ``{404: GenerationNotFound}``, or by one
that was made for the example.
"""

import json
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.hooks import postprocess_schema_enums
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from rest_framework import exceptions

from projects.api.authentication import REFUSAL
from projects.api.error_pages import envelope
from projects.api.errors import error_body
from projects.api.exceptions import InternalError, PayloadTooLarge, ServiceUnavailable
from projects.api.fields import JsonObject
from projects.api.schema.components import WARNINGS, json_object, ref

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
SUCCESS = {"type": "boolean", "description": "True."}
NULL = {"type": "null"}
NULL_ENUM = ref("schemas", "NullEnum")


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """The API key security scheme."""

    target_class = "projects.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        description = "A project's key, `esl_…`, as staff issue it."
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": description}


def optional_field(schema: dict[str, Any]) -> dict[str, Any]:
    """It may be null as well, and its default is told in words.

    To a ``default`` the generators of clients answer with a property that has to be there.
    """
    schema = dict(schema)
    words = [schema.pop("description", "")]
    if "default" in schema:
        words.append(f"Default: `{json.dumps(schema.pop('default'))}`.")
    described = {"description": " ".join(filter(None, words))}
    if "enum" in schema:  # drf-spectacular's way to say it, until postprocess_enums has made a component of it
        return schema | described | {"type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    if "type" in schema:
        return schema | described | {"type": [schema["type"], "null"]}
    (reference,) = schema.get("allOf", [schema])
    return described | {"oneOf": [reference, NULL]}


def postprocess_enums(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's own, whose null is a component; of a reference to it, a generator makes an object."""
    document: dict[str, Any] = postprocess_schema_enums(result, generator, **kwargs)
    schemas = document["components"]["schemas"]
    if schemas.pop("NullEnum", None):
        for schema in schemas.values():
            for field in schema.get("properties", {}).values():
                if NULL_ENUM in field.get("oneOf", []):
                    field["oneOf"] = [NULL if each == NULL_ENUM else each for each in field["oneOf"]]
    return document


def drop_unused_responses(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Those of which only a part is left, in a response that is for several errors; a hook of drf-spectacular's."""
    responses, used = result["components"]["responses"], json.dumps(result["paths"])
    for name in [name for name in responses if f'"#/components/responses/{name}"' not in used]:
        del responses[name]
    return result


class EnvelopeSchema(AutoSchema):
    """drf-spectacular's own, and what views do not say because it holds for all of them."""

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_serializer(serializer, direction, bypass_extensions)
        if isinstance(force_instance(serializer), JsonObject):
            for name in schema["properties"].keys() - schema.get("required", []):
                schema["properties"][name] = optional_field(schema["properties"][name])
        return schema

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
        if "application/json" in response.get("content", {}) and not self._is_list_view(data):
            self._put_into_envelope(response["content"]["application/json"], data)
        return response

    def _put_into_envelope(self, media: dict[str, Any], data: Any) -> None:
        """As the renderer does it: below ``data``; what names its parts itself keeps them."""
        named = "success" in data.fields
        if not named:
            described = {"success": SUCCESS, "data": media["schema"], "warnings": WARNINGS}
            schema = json_object(described, optional=frozenset({"warnings"}))
            media["schema"] = self._register(f"{self._get_serializer_name(data, 'response')}Response", schema)
        for example in media.get("examples", {}).values():
            value = example["value"]
            example["value"] = {"success": True} | (value if named else {"data": value})

    def _register(self, name: str, schema: dict[str, Any]) -> dict[str, str]:
        """A component, once for all operations."""
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return ref(component.type, name)

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}List"

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
                    "schema": ref("schemas", "Error"),
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
    refused = error.status_code == exceptions.NotAuthenticated.status_code
    more = ("WWW-Authenticate",) if refused else OF_A_VALID_KEY
    if getattr(error, "wait", None):
        more = (*more, "Retry-After")
    return {
        "description": f"`{body['code']}`: {body['message']}",
        "headers": headers("X-Request-Id", *more),
        "content": {
            "application/json": {
                "schema": ref("schemas", "Error"),
                "example": envelope(body, REQUEST_ID),
            }
        },
    }


def headers(*names: str) -> dict[str, Any]:
    return {name: ref("headers", name) for name in names}
