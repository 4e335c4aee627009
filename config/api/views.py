"""What belongs to the API as a whole."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@extend_schema(exclude=True)
class UnknownPath(APIView):
    """Everything below /api that is no endpoint: JSON as everywhere, and counted where there is a key."""

    permission_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("No such path.")


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """The OpenAPI document: YAML, or JSON by ``?format=json`` or Accept."""

    permission_classes = []
    authentication_classes = []
    throttle_classes = []
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]
    content_negotiation_class = DefaultContentNegotiation

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
