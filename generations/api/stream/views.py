"""The stream's endpoint."""

from contextlib import ExitStack
from functools import partial
from typing import Any, cast

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generations.api.stream.events import events_after
from generations.api.stream.openapi import describe
from generations.api.stream.response import HEADERS, EventStream
from generations.models import Generation
from generations.serializers.output import generation_out
from generations.waiting.long_polling import ENDED, watch
from projects.api.connection_pool import callers_shares, places
from projects.api.links import absolute_url
from projects.models import ApiKey


@describe
class EventsView(APIView):
    """One generation of the key's project, followed to its end."""

    http_method_names = ["get"]

    def get(self, request: Request, pk: str) -> HttpResponseBase:
        seen = request.META.get("HTTP_LAST_EVENT_ID", "")
        with ExitStack() as held:
            api_key = cast(ApiKey, request.auth)
            watching = held.enter_context(watch(api_key.project, pk))
            generation = watching.look()
            ended = generation.status in ENDED
            if ended and not any(events_after(seen, generation, self.show)):
                return Response(status=status.HTTP_204_NO_CONTENT)
            shares = callers_shares(api_key.project_id, api_key.pk)
            has_place = ended or held.enter_context(places.one(*shares))
            stream = EventStream(
                watching, generation, seen, self.show, has_place=has_place, release=held.pop_all().close
            )
        return StreamingHttpResponse(stream, headers=HEADERS)

    def show(self, generation: Generation) -> dict[str, Any]:
        return generation_out(generation, partial(absolute_url, self.request))
