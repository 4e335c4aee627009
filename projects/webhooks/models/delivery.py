"""A message on its way to one endpoint: the row is the queue, and its state moves by conditional UPDATEs only."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from projects.webhooks.models.endpoint import Endpoint
from projects.webhooks.models.message import Message


class Status(models.TextChoices):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to say how one attempt of a delivery ended."""

    delivery_id: uuid.UUID
    attempt: int


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> "DeliveryQuerySet":
        """To be sent now: new, its pause over, or its worker vanished."""
        return self.filter(status=Status.PENDING, next_attempt_at__lte=Now())

    def in_flight(self) -> "DeliveryQuerySet":
        """On the wire in some worker. While it is leased, its next attempt is when the lease ends."""
        return self.filter(status=Status.PENDING, next_attempt_at__gt=Now(), lease_until__gt=Now())

    def in_turn(self) -> "DeliveryQuerySet":
        """Without those of a subject before which another one of it waits or is on the wire: they arrive in order."""
        before = Delivery.objects.filter(
            status=Status.PENDING,
            endpoint=OuterRef("endpoint"),
            subject_id=OuterRef("subject_id"),
            created_at__lt=OuterRef("created_at"),
        )
        return self.filter(Q(subject_id=None) | ~Exists(before))

    def behind(self, delivery: "Delivery") -> "DeliveryQuerySet":
        """Those that wait for this one."""
        if delivery.subject_id is None:
            return self.none()
        later = self.filter(status=Status.PENDING, endpoint=delivery.endpoint_id, subject_id=delivery.subject_id)
        return later.filter(created_at__gt=delivery.created_at)

    def send_again(self) -> bool:
        """Put it at the front with all of its attempts before it; False while it is on the wire, or if it is gone.

        Who asks for it by hand has it at once, whatever stands before it.
        """
        at_rest = self.exclude(status=Status.PENDING, next_attempt_at__gt=Now(), lease_until__gt=Now())
        again = at_rest.update(
            status=Status.PENDING, failures=0, next_attempt_at=Now(), lease_until=None, ended_at=None, subject_id=None
        )
        return bool(again)

    def held(self, claims: "Collection[Claim]") -> "set[Claim]":
        """Those of these claims that are still good; their rows are locked until the transaction ends."""
        rows = self.filter(pk__in={claim.delivery_id for claim in claims}, status=Status.PENDING)
        rows = rows.filter(lease_until__isnull=False).order_by("pk").select_for_update(no_key=True)
        return {Claim(*row) for row in rows.values_list("pk", "attempt")} & set(claims)

    def newest(self) -> "DeliveryQuerySet":
        """As lists show them, without the long texts; ties are broken by id, so pages never overlap."""
        return self.select_related("message").defer("answer", "message__body").order_by("-created_at", "-id")


class Delivery(models.Model):
    """One message for one endpoint, with all of its attempts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    # Without a constraint: an endpoint that is deleted at the moment must not undo the end of a job, and no job waits
    # for a lock on it. Such a row is never claimed, and goes with its message.
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_constraint=False, db_index=False
    )
    subject_id = models.UUIDField(null=True, help_text="The message's: of one subject, all arrive in order.")
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    attempt = models.PositiveIntegerField(default=0, help_text="The current attempt's number: the fence.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row, since it was last sent again by hand.")
    next_attempt_at = models.DateTimeField(db_default=Now(), help_text="No worker takes it before.")
    lease_until = models.DateTimeField(null=True, help_text="After it, the worker that has it counts as dead.")
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer.")
    error = models.TextField(blank=True, help_text="Why the last attempt failed.")
    answer = models.TextField(blank=True, help_text="The body of the last answer, up to 64 KiB.")
    attempts = models.JSONField(default=list, help_text="The last ones; projects.webhooks.sender.Result each.")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["message", "endpoint"], name="delivery_of_message_to_endpoint")]
        indexes = [
            models.Index("next_attempt_at", name="delivery_due", condition=Q(status=Status.PENDING)),
            models.Index("endpoint", "next_attempt_at", name="delivery_turn", condition=Q(status=Status.PENDING)),
            models.Index(
                "endpoint", "subject_id", "created_at", name="delivery_order", condition=Q(status=Status.PENDING)
            ),
            models.Index("endpoint", F("created_at").desc(), F("id").desc(), name="delivery_list"),
            models.Index(F("created_at").desc(), F("id").desc(), name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def claim(self) -> Claim:
        """The claim on the attempt that this object was read with."""
        return Claim(self.pk, self.attempt)
