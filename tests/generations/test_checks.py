"""Settings that cannot work are refused at the start, each with what mends it."""

import pytest
from django.core.checks import run_checks

from generations.checks import problems_of_worker

PAINTER, SPARE = {"BACKEND": "tests.providers.Painter"}, {"BACKEND": "tests.providers.Spare"}
KEYLESS, ON_GPU = {"BACKEND": "tests.providers.Keyless"}, {"BACKEND": "tests.providers.OnGpu"}
SKETCH = {"BACKEND": "generations.providers.sketch.SketchProvider", "OPTIONS": {}}


def errors():
    return [(error.id, error.msg) for error in run_checks(tags=["generations"])]


@pytest.fixture
def configure(settings):
    def configure(*chain, **providers):
        settings.IMAGE_PROVIDERS, settings.IMAGE_PROVIDER_CHAIN = providers, list(chain)

    return configure


def test_what_the_product_comes_with_is_sound():
    assert errors() == []


def test_a_provider_that_lacks_something_says_what_mends_it(configure):
    configure("acme", acme=KEYLESS)
    assert errors() == [("generations.E005", "Image provider 'acme': there is no key; set ACME_API_KEY")]


def test_one_provider_with_two_names_complains_once(configure):
    configure("acme", acme=KEYLESS, default=KEYLESS)
    assert len(errors()) == 1


@pytest.mark.parametrize(
    ("config", "id_"),
    [
        ({"BACKEND": "nowhere.Provider"}, "generations.E003"),
        ({}, "generations.E003"),
        (PAINTER | {"OPTIONS": {"colour": "red"}}, "generations.E003"),
        ({"BACKEND": "collections.OrderedDict"}, "generations.E004"),
    ],
    ids=["no such module", "no backend", "unknown option", "no provider"],
)
def test_a_provider_that_does_not_start_is_refused(configure, config, id_):
    configure("acme", acme=config)
    assert [found for found, _ in errors()] == [id_]


def test_a_provider_that_outlasts_its_task_is_refused(configure, settings, monkeypatch):
    from tests.providers import Painter

    configure("acme", acme=PAINTER)
    monkeypatch.setattr(Painter, "longest_s", settings.CELERY_TASK_TIME_LIMIT)
    assert errors() == [("generations.E006", "Image provider 'acme' may take longer than a task may run.")]


@pytest.mark.parametrize("chain", [["acme", "nobody"], []])
def test_a_chain_names_providers_that_are_there(configure, chain):
    configure(*chain, acme=PAINTER)
    assert [found for found, _ in errors()] == ["generations.E007"]


@pytest.mark.parametrize("chain", [["acme", "sketch"], ["sketch", "acme"]])
def test_the_sketch_stands_in_for_no_model(configure, chain):
    configure(*chain, acme=PAINTER, sketch=SKETCH)
    assert errors() == [("generations.E008", "The sketch provider draws previews and stands in for no model.")]


def test_the_sketch_may_be_there_for_a_project_to_choose(configure):
    configure("acme", "spare", acme=PAINTER, spare=SPARE, sketch=SKETCH)
    assert errors() == []


def test_a_provider_with_workers_of_its_own_stands_in_for_none_without(configure):
    configure("acme", "local", acme=PAINTER, local=ON_GPU)
    assert errors() == [
        ("generations.E009", "The workers of this chain cannot run 'on-gpu', which has a queue of its own.")
    ]
    configure("local", "acme", acme=PAINTER, local=ON_GPU)
    assert errors() == []


def test_times_that_do_not_agree_are_refused(settings):
    settings.CELERY_TASK_TIME_LIMIT, settings.HEARTBEAT_S = settings.JOB_DEADLINE_S, settings.LEASE_S
    assert [found for found, _ in errors()][:2] == ["generations.E001", "generations.E002"]


def test_an_idempotency_key_is_held_for_longer_than_its_prompt_may_be_enhanced(settings):
    settings.IDEMPOTENCY_LOCK_S = settings.ENHANCEMENT_TIMEOUT_S
    assert [found for found, _ in errors()] == ["generations.E010"]


def test_a_worker_cares_for_what_it_serves(configure, monkeypatch):
    from tests.providers import Keyless

    configure("acme", acme=PAINTER, local=KEYLESS)
    monkeypatch.setattr(Keyless, "queue", "gpu", raising=False)
    assert problems_of_worker({"generations"}) == []
    assert problems_of_worker({"gpu"}) == ["Image provider 'local': there is no key; set ACME_API_KEY"]


@pytest.mark.parametrize(("grace_s", "warns"), [(30, True), (60, True), (61, False)])
def test_a_grace_that_is_shorter_than_the_longest_provider_is_told(configure, settings, grace_s, warns):
    settings.WORKER_GRACE_S = grace_s
    configure("default", default=PAINTER, slow={"BACKEND": "tests.providers.Slow"})
    told = [message for id_, message in errors() if id_ == "generations.W011"]
    assert len(told) == warns
    assert all(f"gives its jobs {grace_s} s, and a provider may take 60 s" in message for message in told)
    assert problems_of_worker({"generations"}) == []


def test_the_usual_grace_is_above_the_longest_that_a_task_may_run(settings):
    assert settings.WORKER_GRACE_S > settings.CELERY_TASK_TIME_LIMIT
