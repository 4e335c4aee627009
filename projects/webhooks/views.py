"""The webhooks' endpoints: parse, call one service, answer."""

import json
from functools import partial
from typing import Any, cast

from django.http import HttpResponse
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from projects.api.idempotency.answering import answer_once
from projects.api.ignored_fields import with_warnings
from projects.api.links import location
from projects.api.serialization import dumps
from projects.models import ApiKey, Project
from projects.webhooks import services
from projects.webhooks.models import Delivery, Endpoint
from projects.webhooks.schema.operations import describe_deliveries, describe_webhooks
from projects.webhooks.serializers.input import CreateWebhook, DeliveryQuery, UpdateWebhook
from projects.webhooks.serializers.output import (
    delivery_in_full_out,
    delivery_out,
    webhook_out,
    webhook_with_secret_out,
)
from projects.webhooks.signing import secret_of

# They keep nothing of a request, and DRF copies all fields of a form for each new one.
CREATE, DELIVERIES = CreateWebhook(), DeliveryQuery()


class OfProject(GenericViewSet[Any]):
    """What belongs to the key's project."""

    @property
    def project(self) -> Project:
        """The caller's; HasApiKey has seen to it."""
        return cast(ApiKey, self.request.auth).project


@describe_webhooks
class WebhookViewSet(OfProject):
    """Create, list, get, update and delete a project's webhooks; give them another secret, and try them."""

    queryset = Endpoint.objects.none()  # for the OpenAPI document; what is read is the project's
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def create(self, request: Request) -> HttpResponse:
        create = partial(services.create_webhook, self.project, **CREATE.run_validation(request.data))
        return reveal(answer_once(request, create, self.created).response)

    def created(self, endpoint: Endpoint) -> Response:
        data = with_warnings(with_salt(endpoint), CREATE, self.request.data)
        headers = {"Location": location(f"{self.request.path}/{endpoint.pk}")}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    def list(self, request: Request) -> Response:
        found = self.project.webhooks.order_by("-created_at", "-id")
        return self.get_paginated_response([webhook_out(endpoint) for endpoint in self.paginate_queryset(found) or []])

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(webhook_out(services.webhook_of(self.project, pk)))

    def partial_update(self, request: Request, pk: str) -> Response:
        endpoint = services.webhook_of(self.project, pk)
        form = UpdateWebhook(data=request.data)
        form.is_valid(raise_exception=True)
        shown = webhook_out(services.update_webhook(endpoint, **form.validated_data))
        return Response(with_warnings(shown, form, request.data))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_webhook(services.webhook_of(self.project, pk))
        return Response({"message": "Webhook deleted"})

    @action(methods=["post"], detail=True)
    def rotate_secret(self, request: Request, pk: str) -> HttpResponse:
        def rotate(**record: Any) -> Endpoint:
            return services.rotate_secret(services.webhook_of(self.project, pk), **record)

        return reveal(answer_once(request, rotate, rotated, reads_body=False).response)

    @action(methods=["post"], detail=True)
    def test(self, request: Request, pk: str) -> HttpResponse:
        def send_test(**record: Any) -> Delivery:
            return services.send_test(services.webhook_of(self.project, pk), **record)

        answer = partial(accepted, request.path.removesuffix("/test"))
        return answer_once(request, send_test, answer, reads_body=False).response


@describe_deliveries
class DeliveryViewSet(OfProject):
    """What was sent to a webhook, and what came of it."""

    queryset = Delivery.objects.none()
    http_method_names = ["get", "head", "post"]

    def list(self, request: Request, webhook_id: str) -> Response:
        endpoint = services.webhook_of(self.project, webhook_id)
        found = endpoint.deliveries.filter(**DELIVERIES.run_validation(request.query_params.dict())).newest()
        return self.get_paginated_response([delivery_out(delivery) for delivery in self.paginate_queryset(found) or []])

    def retrieve(self, request: Request, webhook_id: str, pk: str) -> Response:
        return Response(delivery_in_full_out(services.delivery_of(self.project, webhook_id, pk)))

    @action(methods=["post"], detail=True)
    def resend(self, request: Request, webhook_id: str, pk: str) -> HttpResponse:
        def send_again(**record: Any) -> Delivery:
            return services.send_again(services.delivery_of(self.project, webhook_id, pk), **record)

        answer = partial(accepted, request.path.partition("/deliveries/")[0])
        return answer_once(request, send_again, answer, reads_body=False).response


def with_salt(endpoint: Endpoint) -> dict[str, Any]:
    """As an Idempotency-Key may keep it: with the salt where the secret belongs."""
    return webhook_with_secret_out(endpoint) | {"secret": endpoint.salt}


def rotated(endpoint: Endpoint) -> Response:
    return Response(with_salt(endpoint))


def accepted(webhook_path: str, delivery: Delivery) -> Response:
    headers = {"Location": location(f"{webhook_path}/deliveries/{delivery.pk}")}
    return Response(delivery_out(delivery), status=status.HTTP_202_ACCEPTED, headers=headers)


def reveal(response: HttpResponse) -> HttpResponse:
    """Put the secret where ``with_salt`` left its salt, in the first answer and in its replays alike."""
    if isinstance(response, Response):
        shown = response.data.get("data", response.data)  # beside warnings, if there are any
        shown["secret"] = secret_of(shown["secret"])
    else:
        kept = json.loads(response.content)
        kept["data"]["secret"] = secret_of(kept["data"]["secret"])
        response.content = dumps(kept)
    return response
