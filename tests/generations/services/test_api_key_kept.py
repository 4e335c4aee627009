"""Which key asked for a generation: kept on its row, said in the log, and no reason not to delete the key."""

import pytest

from generations import services
from generations.models import Generation
from generations.worker import runner
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory, GenerationFactory, ProjectFactory


def test_a_generation_knows_the_key_that_asked_for_it(api, api_key):
    assert api.post(GENERATIONS, {"prompt": "a red fox"}).status_code == 201
    assert Generation.objects.get().api_key == api_key


def test_one_that_no_program_asked_for_has_none(db):
    assert services.create_generation(ProjectFactory(), prompt="a red fox").api_key is None


def test_who_runs_it_again_does_not_take_it_over(api, api_key, project):
    first = ApiKeyFactory(project=project)
    failed = GenerationFactory(project=project, api_key=first, failed=True)
    assert api.post(f"{GENERATIONS}/{failed.pk}/retry").status_code == 202
    assert Generation.objects.get().api_key == first


def test_a_deleted_key_leaves_its_generations(api_key, project):
    kept = GenerationFactory(project=project, api_key=api_key, success=True)
    api_key.delete()
    kept.refresh_from_db()
    assert kept.api_key is None


def test_the_answer_does_not_name_it(api):
    """The contract's table of fields does not."""
    assert not {name for name in api.post(GENERATIONS, {"prompt": "a red fox"}).json()["data"] if "key" in name.lower()}


def lines(caplog, event: str) -> list[str]:
    return [line for line in caplog.messages if f"'event': '{event}'" in line]


def test_each_line_of_a_request_names_the_key(api, api_key, caplog):
    api.post(GENERATIONS, {"prompt": "a red fox"})
    for event in ("generation_created", "request_finished"):
        (line,) = lines(caplog, event)
        assert f"'key_id': '{api_key.key_id}'" in line


@pytest.mark.django_db(transaction=True)
def test_so_does_each_line_of_a_job(provider, caplog):
    api_key = ApiKeyFactory()
    GenerationFactory(project=api_key.project, api_key=api_key)
    runner.run("generations")
    (line,) = lines(caplog, "generation_succeeded")
    assert f"'key_id': '{api_key.key_id}'" in line
