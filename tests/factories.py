"""Rows for tests: each factory makes one that the product itself could have written."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from enhancement import Template
from generations.images.models import Image
from generations.models import AspectRatio, Attempt, Generation, Outcome, Status
from projects.keys import new_key
from projects.models import ApiKey, Organization, Project
from projects.webhooks.models import Delivery, Endpoint, Message
from projects.webhooks.models import Status as DeliveryStatus

PIXELS = b"pixels"


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = Sequence(lambda n: f"Organization {n}")
    slug = Sequence(lambda n: f"organization-{n}")


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    organization = SubFactory(OrganizationFactory)
    name = Sequence(lambda n: f"Project {n}")
    slug = Sequence(lambda n: f"project-{n}")


class ApiKeyFactory(DjangoModelFactory):
    """A usable key; its ``text`` is on the object that the factory returns, and nowhere else."""

    class Meta:
        model = ApiKey

    project = SubFactory(ProjectFactory)
    name = "tests"
    expires_at = LazyFunction(lambda: timezone.now() + timedelta(days=90))

    @classmethod
    def _create(cls, model_class: type[ApiKey], *args: Any, **kwargs: Any) -> Any:
        text = new_key()
        stored = {"key_id": text.key_id, "digest": text.digest, "last_four": text.last_four}
        api_key = super()._create(model_class, *args, **{**stored, **kwargs})
        api_key.text = text.reveal()
        return api_key


class ImageFactory(DjangoModelFactory):
    """A row as for a 16:9 picture; ``file=True`` writes its file as well, six bytes that agree with the row."""

    class Meta:
        model = Image
        skip_postgeneration_save = True

    id = LazyFunction(uuid.uuid4)
    project = SubFactory(ProjectFactory)
    key = LazyAttribute(lambda o: f"{o.project.organization.slug}/{o.project.pk}/generated/{o.id}.png")
    mime_type = "image/png"
    width = 1792
    height = 1024
    file_size = len(PIXELS)
    sha256 = hashlib.sha256(PIXELS).hexdigest()

    @post_generation
    def file(image: Image, create: bool, extracted: bool | None) -> None:  # noqa: N805 — the image, not its factory
        if extracted:
            default_storage.save(image.key, ContentFile(PIXELS))


class GenerationFactory(DjangoModelFactory):
    """A pending one; the traits make it ``processing``, ``success`` (with an image), ``failed`` or ``trashed``."""

    class Meta:
        model = Generation

    class Params:
        processing = Trait(
            status=Status.PROCESSING,
            attempt=1,
            started_at=LazyFunction(timezone.now),
            lease_until=LazyFunction(lambda: timezone.now() + timedelta(seconds=15)),
        )
        success = Trait(
            status=Status.SUCCESS,
            attempt=1,
            provider="sketch",
            model="sketch-1",
            processing_time_ms=8_500,
            started_at=LazyFunction(lambda: timezone.now() - timedelta(seconds=8.5)),
            finished_at=LazyFunction(timezone.now),
            output_image=SubFactory(ImageFactory, project=SelfAttribute("..project")),
        )
        failed = Trait(
            status=Status.FAILED,
            attempt=1,
            provider="sketch",
            error_code="CONTENT_BLOCKED",
            error_message="The provider refused the prompt.",
            started_at=LazyFunction(timezone.now),
            finished_at=LazyFunction(timezone.now),
        )
        trashed = Trait(deleted_at=LazyFunction(timezone.now))

    project = SubFactory(ProjectFactory)
    original_prompt = Sequence(lambda n: f"a red sports car, number {n}")
    prompt = LazyAttribute(lambda o: f"A photorealistic establishing shot of {o.original_prompt}")
    auto_enhance = True
    template = Template.PHOTOREALISTIC
    aspect_ratio = AspectRatio.LANDSCAPE


class AttemptFactory(DjangoModelFactory):
    """One that ended in a passing error, ten seconds after it began."""

    class Meta:
        model = Attempt

    generation = SubFactory(GenerationFactory)
    number = Sequence(lambda n: n + 1)
    outcome = Outcome.RETRY
    provider = "sketch"
    error_code = "PROVIDER_RATE_LIMITED"
    error_message = "The provider is busy."
    started_at = LazyFunction(lambda: timezone.now() - timedelta(seconds=10))
    ended_at = LazyFunction(timezone.now)


class WebhookFactory(DjangoModelFactory):
    """An enabled endpoint that wants every event."""

    class Meta:
        model = Endpoint

    project = SubFactory(ProjectFactory)
    url = Sequence(lambda n: f"https://receiver-{n}.example/hooks")


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    project = SubFactory(ProjectFactory)
    type = "generation.succeeded"
    body = '{"type":"generation.succeeded","timestamp":"2026-11-22T10:00:00.000Z","data":{}}'


class DeliveryFactory(DjangoModelFactory):
    """A message that waits for its first attempt, due now; the traits make it ``delivered`` or ``failed``."""

    class Meta:
        model = Delivery

    class Params:
        delivered = Trait(
            status=DeliveryStatus.DELIVERED,
            attempt=1,
            status_code=200,
            answer="ok",
            ended_at=LazyFunction(timezone.now),
        )
        failed = Trait(
            status=DeliveryStatus.FAILED,
            attempt=8,
            failures=8,
            status_code=500,
            error="It answered 500.",
            answer="<h1>Oops</h1>",
            attempts=[
                {
                    "number": 8,
                    "ended_at": "2026-11-22T10:00:00.000Z",
                    "status_code": 500,
                    "error": "It answered 500.",
                    "duration_ms": 12,
                }
            ],
            ended_at=LazyFunction(timezone.now),
        )

    endpoint = SubFactory(WebhookFactory)
    message = SubFactory(MessageFactory, project=SelfAttribute("..endpoint.project"))
    next_attempt_at = LazyFunction(lambda: timezone.now() - timedelta(seconds=1))
