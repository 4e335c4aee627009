"""What is deleted is gone from everywhere: no table and no log keeps what its caller wrote, nor a link to it."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models.functions import Now
from django.utils import timezone

from generations import services
from generations.models import Generation
from generations.providers import ErrorCode, ProviderError
from generations.worker import runner
from projects.webhooks.models import Delivery, Message
from projects.webhooks.services import send_again
from tests.client import GENERATIONS
from tests.factories import GenerationFactory, WebhookFactory

pytestmark = pytest.mark.django_db

PROMPT, OWN = "a quiet kingfisher", "wedding of Ada"
KEY = {"Idempotency-Key": "k1"}


def kept_of(*words):
    """The tables in which one of these words is found."""
    return {
        model._meta.label
        for model in apps.get_models()
        for row in model._default_manager.values()
        if any(word in json.dumps(row, default=str) for word in words)
    }


@pytest.fixture
def painted(api, project, provider):
    """One that was posted with a key, told to a webhook, postponed once, and painted."""
    WebhookFactory(project=project)
    body = {"prompt": PROMPT, "autoEnhance": False, "meta": {"for": OWN}}
    assert api.post(GENERATIONS, body, headers=KEY).status_code == 201
    paint = provider.answer

    def busy(request):
        raise ProviderError("Busy.", code=ErrorCode.PROVIDER_UNAVAILABLE)

    provider.answer = staticmethod(busy)
    runner.run("generations")
    Generation.objects.update(next_attempt_at=Now() - timedelta(seconds=1))
    provider.answer = staticmethod(paint)
    runner.run("generations")
    generation = Generation.objects.get()
    assert generation.output_image is not None
    return generation


def delete(generation):
    services.delete_generation(generation.project, str(generation.pk))


@pytest.mark.parametrize("end", [delete, services.purge_generation])
def test_no_table_keeps_what_its_caller_wrote(painted, end):
    words = PROMPT, OWN, painted.output_image.key
    assert kept_of(*words) >= {"generations.Generation", "webhooks.Message", "projects.IdempotencyKey"}
    end(painted)
    assert kept_of(*words) <= {"images.StorageIntent"}  # the file's own deletion
    assert kept_of(PROMPT, OWN) == set()


def test_no_log_ever_had_it(painted, caplog, capsys):
    delete(painted)
    seen = caplog.text + "".join(capsys.readouterr())
    assert "generation_deleted" in seen
    assert PROMPT not in seen
    assert OWN not in seen


def test_the_events_stay_but_for_that_and_a_resend_sends_the_new_text(painted):
    before = [json.loads(message.body) for message in Message.objects.order_by("created_at")]
    Delivery.objects.update(status="delivered", ended_at=timezone.now())
    delete(painted)
    after = [json.loads(message.body) for message in Message.objects.order_by("created_at")]
    gone = {"prompt": "", "originalPrompt": "", "meta": {}, "outputImage": None}
    assert after == [told | {"data": told["data"] | gone} for told in before]
    again = send_again(Delivery.objects.order_by("created_at")[0])
    assert json.loads(Message.objects.get(pk=again.message_id).body)["data"]["prompt"] == ""


def test_others_keep_theirs(painted, api):
    api.post(GENERATIONS, {"prompt": "another", "autoEnhance": False}, headers={"Idempotency-Key": "k2"})
    runner.run("generations")
    delete(painted)
    assert kept_of("another") == {"generations.Generation", "webhooks.Message", "projects.IdempotencyKey"}


def test_the_trash_is_no_deletion(painted):
    services.trash_generation(painted)
    assert kept_of(PROMPT) >= {"generations.Generation", "webhooks.Message"}


def test_a_deletion_costs_two_looks_at_an_index_more(project, django_assert_max_num_queries):
    generation = GenerationFactory(project=project, success=True)
    with django_assert_max_num_queries(14):
        delete(generation)
