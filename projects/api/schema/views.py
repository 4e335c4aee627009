# mypy: disallow-untyped-calls=False
"""What belongs to the API as a whole."""

from contextlib import suppress
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from projects.api.links import absolute_url


@extend_schema(exclude=True)
class UnknownPath(APIView):
    """Everything below /api that is no endpoint: the same 404 for all, counted where there is a key."""

    permission_classes = []
    http_method_names = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        with suppress(AuthenticationFailed):
            super().initial(request, *args, **kwargs)
        raise NotFound("No such path.")

    @property
    def default_response_headers(self) -> dict[str, str]:
        """No Allow: there is nothing to be allowed."""
        return {}


@cache
def openapi_document(*, as_json: bool) -> bytes:
    """The document's text; it cannot change while the process lives."""
    renderer = OpenApiJsonRenderer() if as_json else OpenApiYamlRenderer()
    document: bytes = renderer.render(SchemaGenerator().get_schema(request=None, public=True), renderer_context={})
    return document


def this_server() -> str:
    """What the document names as its server until somebody asks for it."""
    return str(spectacular_settings.SERVERS[0]["url"])


class SchemaView(View):
    """The OpenAPI document: YAML, or JSON by ``?format=json`` or Accept. Its server is the one that was asked."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("format") or request.headers.get("Accept", "")
        as_json = "json" in wanted
        content_type = "application/json" if as_json else "application/yaml"
        server = absolute_url(request, "/").rstrip("/")
        document = openapi_document(as_json=as_json).replace(this_server().encode(), server.encode())
        return HttpResponse(document, content_type=content_type)
