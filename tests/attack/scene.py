"""Two projects, and the ids and keys that an attacker of the one may have of the other."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from projects.models import IdempotencyKey, Project
from tests.factories import ApiKeyFactory, DeliveryFactory, GenerationFactory, ProjectFactory, WebhookFactory

SECRET_OF_THEIRS = "nobody-elses-business"


def make(factory: Any, **fields: Any) -> Any:
    """A row, by a factory whose type says nothing of it."""
    return factory(**fields)


def misspelt(name: str) -> dict[str, str]:
    """Somebody's id in every form that a lenient reader would take for it, and what is no id at all."""
    return {
        "in braces": f"%7B{name}%7D",
        "as a URN": f"urn:uuid:{name}",
        "without hyphens": name.replace("-", ""),
        "with a blank": f"%20{name}",
        "with a NUL": f"{name}%00",
        "with a line feed": f"{name}%0A",
        "with a dot": f"{name}.",
        "with a suffix": f"{name}.json",
        "encoded twice": name.replace("-", "%252D"),
        "in wide digits": "%EF%BC%90" + name[1:],
        "nonsense": "nonsense",
        "a number": "1",
        "SQL": "%27%20OR%201=1%20--",
        "a dot": ".",
        "two dots": "..",
        "dots, encoded": "%2e%2e",
        "not UTF-8": "%FF%FE",
        "long": "a" * 5000,
    }


@dataclass
class Side:
    """What a project has, by collection; each text in it that a caller writes holds a mark."""

    project: Project
    mark: str
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def fill(self) -> "Side":
        generation = {"project": self.project, "original_prompt": self.mark, "prompt": self.mark}
        meta = {"mark": self.mark}
        states: dict[str, dict[str, Any]] = {
            name: {name: True} if name != "pending" else {} for name in ("success", "failed", "processing", "pending")
        }
        self.ids["generations"] = {
            name: str(make(GenerationFactory, **generation, meta=meta, **state).pk) for name, state in states.items()
        }
        delivery = self.delivery()
        self.ids["webhooks"] = {"one": str(delivery.endpoint_id)}
        self.ids["deliveries"] = {"one": str(delivery.pk)}
        IdempotencyKey.objects.create(
            project=self.project,
            key="order-1",
            fingerprint=self.mark[:64],
            locked_until=timezone.now(),
            expires_at=timezone.now() + timedelta(days=1),
            status_code=201,
            body=f'{{"mark": "{self.mark}"}}',
            resource_id=uuid.uuid4(),
        )
        return self

    def delivery(self) -> Any:
        endpoint = make(
            WebhookFactory, project=self.project, url=f"https://93.184.215.14/{self.mark}", description=self.mark
        )
        return make(DeliveryFactory, delivered=True, answer=self.mark, endpoint=endpoint)


@dataclass
class Scene:
    """``own`` is the caller's project, ``theirs`` another's; ``foreign`` are all ids that are not the caller's."""

    own: Side
    theirs: Side
    foreign: dict[str, dict[str, str]]
    key: str
    their_key: str
    wrong_keys: dict[str, str | None]

    @property
    def few_ids(self) -> dict[str, dict[str, str]]:
        """One of each kind."""
        return {
            collection: {"own, one": next(iter(self.own.ids[collection].values()))}
            | {"theirs, one": next(iter(self.theirs.ids[collection].values()))}
            | {"random": foreign["random"], "nonsense": "nonsense"}
            for collection, foreign in self.foreign.items()
        }

    @property
    def every_id(self) -> dict[str, dict[str, str]]:
        return {
            collection: {f"own, {kind}": name for kind, name in self.own.ids[collection].items()} | foreign
            for collection, foreign in self.foreign.items()
        }


def gone(side: Side) -> dict[str, dict[str, str]]:
    """Ids that were: in the trash, or deleted for good."""
    trashed = make(GenerationFactory, project=side.project, success=True, trashed=True, original_prompt=side.mark)
    deleted, delivery = make(GenerationFactory, project=side.project), side.delivery()
    names = {
        "generations": {"in the trash": str(trashed.pk), "deleted": str(deleted.pk)},
        "webhooks": {"deleted": str(delivery.endpoint_id)},
        "deliveries": {"deleted": str(delivery.pk)},
    }
    deleted.delete()
    delivery.endpoint.delete()
    return names


def set_scene() -> Scene:
    own = Side(make(ProjectFactory), "the-callers-own").fill()
    theirs = Side(make(ProjectFactory), SECRET_OF_THEIRS).fill()
    foreign: dict[str, dict[str, str]] = {}
    own_gone, their_gone = gone(own), gone(theirs)
    for collection, names in theirs.ids.items():
        one = next(iter(names.values()))
        foreign[collection] = (
            {f"theirs, {kind}": name for kind, name in names.items()}
            | {f"theirs, {kind}": name for kind, name in their_gone[collection].items()}
            | {f"own, {kind}": name for kind, name in own_gone[collection].items()}
            | {"theirs, in capitals": one.upper(), "random": str(uuid.uuid4())}
            | {f"theirs, {how}": text for how, text in misspelt(one).items()}
        )
    free = {"rate_limit_per_hour": 1_000_000}
    return Scene(
        own,
        theirs,
        foreign,
        key=make(ApiKeyFactory, project=own.project, **free).text,
        their_key=make(ApiKeyFactory, project=theirs.project, **free).text,
        wrong_keys={
            "none": None,
            "revoked": make(ApiKeyFactory, project=own.project, revoked_at=timezone.now(), **free).text,
            "expired": make(ApiKeyFactory, project=own.project, expires_at=timezone.now(), **free).text,
            "of a disabled project": make(ApiKeyFactory, project=make(ProjectFactory, is_active=False), **free).text,
            "nonsense": "nonsense",
        },
    )
