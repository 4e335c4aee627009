"""Every address of the admin, found in the URL resolver, so that a new one is covered without being named."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from generations.images.models import Image, StorageIntent
from generations.models import Generation
from projects.models import ApiKey, IdempotencyKey, Organization, Project
from projects.webhooks.models import Delivery, Endpoint
from tests.factories import (
    ApiKeyFactory,
    DeliveryFactory,
    GenerationFactory,
    ImageFactory,
    OrganizationFactory,
    ProjectFactory,
    WebhookFactory,
)

CANARY = "canary"  # in a field of each row that its pages show

Rows = Mapping[type[Model], Model]


def idempotency_key():
    soon = timezone.now() + timedelta(hours=1)
    return IdempotencyKey.objects.create(
        project=ProjectFactory(), key=f"{CANARY}-key", fingerprint="f" * 64, locked_until=soon, expires_at=soon
    )


ROW_OF: dict[type[Model], Callable[[], Any]] = {
    User: lambda: User.objects.create_user(f"{CANARY}-user"),
    Group: lambda: Group.objects.create(name=f"{CANARY}-group"),
    Organization: lambda: OrganizationFactory(name=f"{CANARY}-organization"),
    Project: lambda: ProjectFactory(name=f"{CANARY}-project"),
    ApiKey: lambda: ApiKeyFactory(name=f"{CANARY}-key"),
    IdempotencyKey: idempotency_key,
    Endpoint: lambda: WebhookFactory(url=f"https://{CANARY}.example/hook"),
    Delivery: lambda: DeliveryFactory(endpoint__url=f"https://{CANARY}-2.example/hook"),
    Generation: lambda: GenerationFactory(success=True, original_prompt=f"a {CANARY}", output_image__file=True),
    Image: lambda: ImageFactory(alias=f"@{CANARY}", file=True),
    StorageIntent: lambda: StorageIntent.objects.create(key=f"{CANARY}/x.png", collect_at=timezone.now()),
}


def make_rows() -> Rows:
    """One row of each model that the admin knows; a new model needs a line above."""
    assert set(ROW_OF) == set(admin.site._registry)
    return {model: make() for model, make in ROW_OF.items()}


def missing_rows(rows: Rows) -> Rows:
    """Rows with ids of the same kind that no row has."""
    return {model: model(pk=10**9 if isinstance(row.pk, int) else uuid.uuid4()) for model, row in rows.items()}


@dataclass(frozen=True)
class Address:
    """A URL pattern of the admin; ``view`` is the part of its name after the model's, ``model`` is what it is about."""

    route: str
    view: str
    model: type[Model] | None

    def __str__(self) -> str:
        return self.route

    @property
    def about(self) -> str:
        return self.model._meta.label_lower if self.model else ""

    @property
    def is_of_one_row(self) -> bool:
        return self.model is not None and "<" in self.route

    def path(self, rows: Rows) -> str:
        values: dict[str, Any] = {"url": "nothing/such/", "app_label": "generations"}
        if self.model:
            values |= dict.fromkeys(("object_id", "id"), rows[self.model].pk)
        elif self.view == "view_on_site":
            generation = rows[Generation]
            values |= {"content_type_id": ContentType.objects.get_for_model(Generation).pk, "object_id": generation.pk}
        plain = re.sub(r"\(\?P<(\w+)>.*?\)(?=/?\$)", r"<\1>", self.route).replace("^", "").replace("$", "")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values[name[1]]), plain)


def addresses() -> list[Address]:
    (root,) = (each for each in get_resolver().url_patterns if str(each.pattern) == "admin/")
    assert isinstance(root, URLResolver)
    return [describe(route, pattern) for route, pattern in walk(root, "admin/")]


def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each, route)
        else:
            yield route, each


def describe(route: str, pattern: URLPattern) -> Address:
    """The model by the route's first two parts, ``admin/projects/apikey/…``."""
    name = pattern.name or ""
    parts = route.split("/")
    try:
        model = apps.get_model(parts[1], parts[2])
    except (LookupError, ValueError, IndexError):
        return Address(route, name or "anything_else", None)
    return Address(route, name.removeprefix(f"{parts[1]}_{parts[2]}_") or "old_change", model)


ADDRESSES = addresses()
