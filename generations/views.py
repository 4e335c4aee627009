"""The generation endpoints: parse, call one service, answer."""

from functools import partial
from hashlib import blake2b
from typing import Any, cast

from django.http import HttpResponse
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from generations import services
from generations.exceptions import GenerationNotFound
from generations.models import Generation, Status
from generations.openapi import describe
from generations.serializers import CreateGeneration, ListQuery, generation_out
from projects.idempotency import answer_once
from projects.models import ApiKey
from projects.throttling import count_now

POLL_AGAIN_AFTER_S = 1
# They keep nothing of a request, and DRF copies all fields of a form for each new one.
CREATE, LIST = CreateGeneration(), ListQuery()


@describe
class GenerationViewSet(GenericViewSet[Generation]):
    """Create, list, get, cancel, retry and delete the generations of the key's project."""

    queryset = Generation.objects.none()  # for the OpenAPI document; what is read is the project's
    http_method_names = ["get", "head", "post", "delete"]

    def create(self, request: Request) -> HttpResponse:
        fields = CREATE.run_validation(request.data)
        request_id = request.META["HTTP_X_REQUEST_ID"]
        create = partial(services.create_generation, self.api_key.project, **fields, request_id=request_id)
        return answer_once(request, create, self.created).response

    def list(self, request: Request) -> Response:
        filters = LIST.run_validation(request.query_params.dict())
        found = self.api_key.project.generations.search(**filters).select_related("output_image")
        return self.get_paginated_response(
            [self.show(generation) for generation in self.paginate_queryset(found) or []]
        )

    def retrieve(self, request: Request, pk: str) -> Response:
        """A poll that finds nothing new costs nothing, so it is counted only when it is known to be no 304."""
        found = self.look_up(pk)
        if found and matches(request.headers.get("If-None-Match", ""), found["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=dict(found.items()))
        if self.counts_later(request):
            count_now(self.api_key, self)
        if found is None:
            raise GenerationNotFound
        return found

    @action(methods=["post"], detail=True)
    def cancel(self, request: Request, pk: str) -> Response:
        return self.accept(services.cancel_generation(self.api_key.project, pk))

    @action(methods=["post"], detail=True)
    def retry(self, request: Request, pk: str) -> Response:
        return self.accept(services.repeat_generation(self.api_key.project, pk))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_generation(self.api_key.project, pk)
        return Response({"message": "Generation deleted"})

    def created(self, generation: Generation) -> Response:
        headers = {"Location": f"{self.request.path}/{generation.pk}", "Retry-After": str(POLL_AGAIN_AFTER_S)}
        return Response(self.show(generation), status=status.HTTP_201_CREATED, headers=headers)

    @property
    def api_key(self) -> ApiKey:
        """The caller; HasApiKey has seen to it."""
        return cast(ApiKey, self.request.auth)

    def counts_later(self, request: Request) -> bool:
        """Read by the throttle: a conditional GET of one generation is counted here."""
        return self.action == "retrieve" and "If-None-Match" in request.headers

    def look_up(self, pk: str) -> Response | None:
        """The answer with the generation as it is now, if it is there."""
        try:
            generation = services.get_generation(self.api_key.project, pk)
        except GenerationNotFound:
            return None
        data = self.show(generation)
        headers = {"ETag": entity_tag(data)}
        if generation.status in (Status.PENDING, Status.PROCESSING):
            headers["Retry-After"] = str(POLL_AGAIN_AFTER_S)
        return Response(data, headers=headers)

    def accept(self, generation: Generation) -> Response:
        """The answer to what was asked of a generation that is there."""
        headers = {"Location": self.request.path.rpartition("/")[0]}
        if generation.status == Status.PENDING:
            headers["Retry-After"] = str(POLL_AGAIN_AFTER_S)
        return Response(self.show(generation), status=status.HTTP_202_ACCEPTED, headers=headers)

    def show(self, generation: Generation) -> dict[str, Any]:
        return generation_out(generation, self.request.build_absolute_uri)


def entity_tag(data: dict[str, Any]) -> str:
    """Names exactly this answer."""
    return f'"{blake2b(repr(data).encode(), digest_size=12).hexdigest()}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, RFC 9110 section 13.1.2."""
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return etag in candidates or candidates == ["*"]
