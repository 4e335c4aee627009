"""A little of all that Django has a hand in, compiled and not: what `make test-newest` runs on the newest Django."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from generations.models import Attempt, Generation
from generations.worker import runner
from projects.webhooks.models import Delivery
from tests.admin.addresses import ADDRESSES, make_rows
from tests.admin.pages import act
from tests.client import GENERATIONS
from tests.factories import GenerationFactory
from tests.providers import png

pytestmark = pytest.mark.django_db

WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture(params=[True, False], ids=["compiled", "by the ORM"], autouse=True)
def compiled(request, settings):
    settings.COMPILED_QUERIES = request.param


@pytest.fixture(autouse=True)
def with_the_test_provider(settings):
    settings.IMAGE_PROVIDERS = {"default": {"BACKEND": "tests.providers.Scripted"}}
    settings.IMAGE_PROVIDER_CHAIN = ["default"]


def data(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()["data"]


def test_a_job_is_asked_for_claimed_painted_told_of_and_shown(api, client):
    endpoint = data(api.post(WEBHOOKS, {"url": "https://93.184.215.14/hooks"}), 201)
    asked = data(api.create_once("once", prompt="a cat"), 201)
    again = api.create_once("once", prompt="a cat")
    assert (data(again, 201)["id"], again["Idempotency-Replayed"]) == (asked["id"], "true")
    path = f"{GENERATIONS}/{asked['id']}"
    assert data(api.get(path))["queuePosition"] == 1
    runner.run("generations")
    shown = data(api.get(path))
    assert (shown["status"], Attempt.objects.get().outcome) == ("success", "success")
    picture = client.get(shown["outputImage"]["storageUrl"])
    assert (picture.status_code, picture["Content-Type"], b"".join(picture)) == (200, "image/png", png())
    assert [each["id"] for each in data(api.get(GENERATIONS))] == [asked["id"]]
    told = set(Delivery.objects.values_list("endpoint", "message__type"))
    assert {str(to) for to, _ in told} == {endpoint["id"]}
    assert {kind for _, kind in told} == {"generation.processing", "generation.succeeded"}


def test_every_other_request_of_a_program_is_answered(api, nobody, project):
    waiting, failed = (GenerationFactory(project=project, failed=failed) for failed in (False, True))
    assert data(api.post(f"{GENERATIONS}/{waiting.pk}/cancel"), 202)["errorCode"] == "CANCELED"
    assert data(api.post(f"{GENERATIONS}/{failed.pk}/retry"), 202)["status"] == "pending"
    assert api.delete(f"{GENERATIONS}/{waiting.pk}").status_code == 200
    assert data(api.post("/api/v1/prompts/enhance", {"prompt": "a cat"}))["prompt"]
    webhook = f"{WEBHOOKS}/{data(api.post(WEBHOOKS, {'url': 'https://93.184.215.14/hooks'}), 201)['id']}"
    changed = api.patch(webhook, json.dumps({"description": "mine"}), content_type="application/json")
    assert data(changed) == data(api.get(webhook))
    assert data(api.post(f"{webhook}/test"), 202)
    assert len(data(api.get(f"{webhook}/deliveries"))) == 1
    assert data(api.post(f"{webhook}/rotate-secret"))["secret"]
    assert api.delete(webhook).status_code == 200
    assert api.create(prompt=1).status_code == 400
    assert nobody.get(GENERATIONS).status_code == 401


def test_every_page_of_the_admin_is_shown(admin_client):
    rows = make_rows()
    for address in ADDRESSES:
        if address.view in {"index", "changelist", "change", "add", "delete", "history"}:
            assert admin_client.get(address.path(rows)).status_code in {200, 403}, address


def test_an_action_of_the_admin_is_done(admin_client):
    generation = GenerationFactory()
    assert act(admin_client, "fail_now", generation, confirmed=True).status_code == 200
    generation.refresh_from_db()
    assert generation.status == "failed"


def test_the_migrations_have_run_and_nothing_is_left_to_make():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("check", fail_level="WARNING")
    assert Generation._meta.db_table in connection.introspection.table_names()


def test_the_document_is_made(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "openapi.yaml"))
    assert "/api/v1/generations" in (tmp_path / "openapi.yaml").read_text()
