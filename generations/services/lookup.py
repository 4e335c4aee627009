"""Finding a project's generation by what a caller says is its id."""

import uuid

from django.db import models

from generations.exceptions import GenerationNotFound
from generations.models import Generation
from generations.queue.position import give_places
from projects.api.ids import parse_uuid
from projects.compiled_queries import CompiledQuery, Parameter
from projects.models import Project

OWN_GENERATION = CompiledQuery(
    lambda: Generation.objects.filter(
        pk=Parameter("id", models.UUIDField()), project=Parameter("project", models.UUIDField()), deleted_at=None
    ).to_show()
)


def get_generation(project: Project, generation_id: str, *, afresh: bool = False) -> Generation:
    """A project's own generation with its image, and with its place if it waits; anything else is not found."""
    generation = find_generation(project, generation_id)
    give_places(project, [generation], afresh=afresh)
    return generation


def find_generation(project: Project, generation_id: str) -> Generation:
    """The same without its place, in one query."""
    generation = OWN_GENERATION.first(id=parse_id(generation_id), project=project.pk)
    if generation is None:
        raise GenerationNotFound
    return generation


def parse_id(text: str) -> uuid.UUID:
    parsed = parse_uuid(text)
    if parsed is None:
        raise GenerationNotFound
    return parsed
