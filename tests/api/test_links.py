"""Links begin with PUBLIC_URL where it is set, whatever host the request named: one picture has one address."""

from urllib.parse import urlsplit

import pytest

from generations.models import Generation
from tests.client import GENERATIONS
from tests.factories import DeliveryFactory, GenerationFactory, WebhookFactory

WEBHOOKS = "/api/v1/webhooks"
PUBLIC = "https://easel.example"
HOSTS = ["localhost", "127.0.0.1:8000", "[::1]"]


@pytest.fixture
def public(settings):
    settings.PUBLIC_URL = PUBLIC


@pytest.fixture
def done(project):
    return GenerationFactory(project=project, success=True)


@pytest.mark.parametrize("host", HOSTS)
def test_a_pictures_address_is_the_public_one_whatever_host_was_asked(api, public, done, host):
    wanted = f"{PUBLIC}/media/{done.output_image.key}"
    one = api.get(f"{GENERATIONS}/{done.pk}", headers={"Host": host})
    listed = api.get(GENERATIONS, headers={"Host": host})
    streamed = api.get(f"{GENERATIONS}/{done.pk}/events", headers={"Host": host})
    assert one.json()["data"]["outputImage"]["storageUrl"] == wanted
    assert listed.json()["data"][0]["outputImage"]["storageUrl"] == wanted
    assert f'"storageUrl":"{wanted}"'.encode() in b"".join(streamed)


def test_so_two_hosts_get_one_answer_with_one_etag(api, public, done):
    first, second = (api.get(f"{GENERATIONS}/{done.pk}", headers={"Host": host}) for host in HOSTS[:2])
    assert (first.content, first["ETag"]) == (second.content, second["ETag"])


def test_without_it_the_requests_host_is_in_the_link(api, done):
    answer = api.get(f"{GENERATIONS}/{done.pk}", headers={"Host": "127.0.0.1:8000"})
    assert answer.json()["data"]["outputImage"]["storageUrl"] == f"http://127.0.0.1:8000/media/{done.output_image.key}"
    assert api.create()["Location"].startswith(f"{GENERATIONS}/")


def test_each_location_is_public_too(api, public, project):
    created = api.create()
    generation = Generation.objects.get()
    webhook = WebhookFactory(project=project)
    delivery = DeliveryFactory(endpoint=webhook, delivered=True)
    at = f"{PUBLIC}{GENERATIONS}/{generation.pk}"
    assert created["Location"] == at
    assert api.post(f"{GENERATIONS}/{generation.pk}/cancel")["Location"] == at
    assert api.post(f"{GENERATIONS}/{generation.pk}/retry")["Location"] == at
    another = api.post(WEBHOOKS, {"url": "https://93.184.215.14/hooks"})
    assert another["Location"] == f"{PUBLIC}{WEBHOOKS}/{another.json()['data']['id']}"
    again = api.post(f"{WEBHOOKS}/{webhook.pk}/deliveries/{delivery.pk}/resend")
    assert again["Location"] == f"{PUBLIC}{WEBHOOKS}/{webhook.pk}/deliveries/{delivery.pk}"
    tried = api.post(f"{WEBHOOKS}/{webhook.pk}/test")
    assert tried["Location"].startswith(f"{PUBLIC}{WEBHOOKS}/{webhook.pk}/deliveries/")
    assert api.get(urlsplit(tried["Location"]).path).status_code == 200
