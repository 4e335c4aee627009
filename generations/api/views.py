"""The generation endpoints: parse, call one service, answer."""

from functools import partial
from hashlib import blake2b
from typing import Any, cast

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from generations import services
from generations.api.prefer_header import preferred_wait_s
from generations.api.schema.operations import describe
from generations.exceptions import GenerationFailed, GenerationNotFound
from generations.models import Generation, Status
from generations.queue.position import give_places
from generations.serializers.input import CreateGeneration, ListQuery
from generations.serializers.output import generation_out
from generations.waiting.long_polling import ENDED, wait_for_end
from projects.api.idempotency.answering import REPLAYED, Answered, answer_once
from projects.api.ignored_fields import with_warnings
from projects.api.links import absolute_url, location
from projects.api.throttling import count_now
from projects.models import ApiKey

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
        caller = {"api_key": self.api_key, "request_id": request.META["HTTP_X_REQUEST_ID"]}
        create = partial(services.create_generation, self.api_key.project, **fields, **caller)
        return self.wait_for_created(answer_once(request, create, self.created))

    def list(self, request: Request) -> Response:
        filters = LIST.run_validation(request.query_params.dict())
        found = self.api_key.project.generations.search(**filters).to_show()
        page = self.paginate_queryset(found) or []
        give_places(self.api_key.project, page)
        return self.get_paginated_response([self.show(generation) for generation in page])

    def retrieve(self, request: Request, pk: str) -> Response:
        """A poll that finds nothing new costs nothing, so it is counted only when it is known to be no 304."""
        found = self.look_up(pk)
        if found and matches(request.headers.get("If-None-Match", ""), found["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=dict(found.items()))
        if self.counts_later(request):
            count_now(self.api_key, self)
        if found is None:
            raise GenerationNotFound
        self.refuse_failed(found.data)
        return found

    @action(methods=["post"], detail=True)
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        cancel = partial(services.cancel_generation, self.api_key.project, pk)
        return answer_once(request, cancel, self.accept, reads_body=False).response

    @action(methods=["post"], detail=True)
    def retry(self, request: Request, pk: str) -> HttpResponse:
        repeat = partial(services.repeat_generation, self.api_key.project, pk)
        return answer_once(request, repeat, self.accept, reads_body=False).response

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_generation(self.api_key.project, pk)
        return Response({"message": "Generation deleted"})

    def created(self, generation: Generation) -> Response:
        shown = self.show(generation)
        headers = {"Location": location(f"{self.request.path}/{generation.pk}")} | poll_hint(shown)
        data = with_warnings(shown, CREATE, self.request.data)
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

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
            generation = self.wait_as_preferred(pk)
        except GenerationNotFound:
            return None
        data = self.show(generation)
        return Response(data, headers={"ETag": entity_tag(data)} | poll_hint(data))

    def wait_for_created(self, answered: Answered) -> HttpResponse:
        """The answer when what was created, now or by the first such request, has ended; where nobody waits, at once.

        Whoever has created something learns its id: there is no error because the database, or what was created, has
        gone away since.
        """
        if REPLAYED in answered.response.headers:
            self.headers[REPLAYED] = answered.response.headers[REPLAYED]
        if not self.wait_s:
            return answered.response
        try:
            generation = self.wait_as_preferred(str(answered.resource_id), is_there=True)
        except (OperationalError, InterfaceError, GenerationNotFound):
            return answered.response
        if "Preference-Applied" not in self.headers:
            return answered.response
        self.refuse_failed(self.show(generation))
        return self.created(generation)

    def wait_as_preferred(self, pk: str, *, is_there: bool = False) -> Generation:
        """The generation when it has ended, or after the seconds that the caller likes to wait; else as it is."""
        if not self.wait_s:
            return services.get_generation(self.api_key.project, pk)
        may_be_free = self.counts_later(self.request)
        waited = wait_for_end(self.api_key, pk, self.wait_s, may_be_free=may_be_free, is_there=is_there)
        if waited.applied:
            self.headers["Preference-Applied"] = f"wait={self.wait_s}"
        return waited.generation

    @property
    def wait_s(self) -> int:
        """How long the caller likes to wait."""
        return preferred_wait_s(self.request.META.get("HTTP_PREFER", ""))

    def refuse_failed(self, data: dict[str, Any]) -> None:
        """Whoever waits for an image has an error where there will be none; others are told of a generation."""
        if data["status"] == Status.FAILED and "Preference-Applied" in self.headers:
            raise GenerationFailed(data)

    def accept(self, generation: Generation) -> Response:
        """The answer to what was asked of a generation that is there."""
        headers = {"Location": location(self.request.path.rpartition("/")[0])}
        if generation.status == Status.PENDING:
            headers["Retry-After"] = str(POLL_AGAIN_AFTER_S)
        return Response(self.show(generation), status=status.HTTP_202_ACCEPTED, headers=headers)

    def show(self, generation: Generation) -> dict[str, Any]:
        return generation_out(generation, partial(absolute_url, self.request))


def poll_hint(data: dict[str, Any]) -> dict[str, str]:
    """When to ask again, while there is something to come."""
    return {} if data["status"] in ENDED else {"Retry-After": str(POLL_AGAIN_AFTER_S)}


def entity_tag(data: dict[str, Any]) -> str:
    """Names exactly this answer."""
    return f'"{blake2b(repr(data).encode(), digest_size=12).hexdigest()}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, RFC 9110 section 13.1.2."""
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return etag in candidates or candidates == ["*"]
