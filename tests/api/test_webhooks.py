"""Webhooks over the API: a project's own, their secrets, and what was sent to them."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from projects.models import IdempotencyKey
from projects.outbound import addresses
from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Message, Status
from projects.webhooks.services import MAX_ENDPOINTS
from tests.client import ApiClient
from tests.factories import DeliveryFactory, WebhookFactory

WEBHOOKS = "/api/v1/webhooks"
URL = "https://93.184.215.14/hooks"


def at(endpoint, *more) -> str:
    return "/".join([WEBHOOKS, str(getattr(endpoint, "pk", endpoint)), *map(str, more)])


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"]


def change(api, endpoint, **fields):
    return api.patch(at(endpoint), json.dumps(fields), content_type="application/json")


# ── Create ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_webhook_is_created_and_its_secret_shown_this_once(api, project):
    answer = api.post(WEBHOOKS, {"url": URL, "description": " The shop ", "eventTypes": ["generation.failed"]})
    data = answer.json()["data"]
    endpoint = Endpoint.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, at(endpoint))
    assert (endpoint.project, endpoint.url, endpoint.event_types) == (project, URL, ["generation.failed"])
    assert data.pop("secret") == endpoint.secret
    assert data == api.get(answer["Location"]).json()["data"]
    assert data == api.get(WEBHOOKS).json()["data"][0]
    assert (data["description"], data["enabled"], data["disabledReason"]) == ("The shop", True, None)
    assert endpoint.secret not in str(Endpoint.objects.values())


def test_only_the_url_is_needed(api):
    data = api.post(WEBHOOKS, {"url": URL}).json()["data"]
    assert (data["description"], data["eventTypes"]) == ("", [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "url"),
        ({"url": None}, "url"),
        ({"url": ""}, "url"),
        ({"url": 1}, "url"),
        ({"url": [URL]}, "url"),
        ({"url": "nonsense"}, "url"),
        ({"url": "ftp://93.184.215.14/"}, "url"),
        ({"url": "https://user:password@93.184.215.14/"}, "url"),
        ({"url": "https://93.184.215.14:22/"}, "url"),
        ({"url": URL + "a" * 2048}, "url"),
        ({"url": URL, "description": "a" * 201}, "description"),
        ({"url": URL, "description": "a\0b"}, "description"),
        ({"url": URL, "eventTypes": "generation.failed"}, "eventTypes"),
        ({"url": URL, "eventTypes": {"generation.failed": True}}, "eventTypes"),
        ({"url": URL, "eventTypes": ["generation.painted"]}, "eventTypes.0"),
        ({"url": URL, "eventTypes": [1]}, "eventTypes.0"),
        ({"url": URL, "eventTypes": ["generation.failed"] * 2}, "eventTypes"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_made(api, fields, field):
    answer = api.post(WEBHOOKS, fields)
    assert refusal(answer) == (400, "VALIDATION_ERROR")
    assert list(answer.json()["error"]["details"]) == [field]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"https://93.184.215.14"', "null", "{not json", ""])
def test_a_body_is_a_json_object(api, body):
    assert refusal(api.generic("POST", WEBHOOKS, body, "application/json")) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "100.64.0.1", "[::1]", "[64:ff9b::a9fe:a9fe]"]
)
def test_what_is_not_public_is_refused(api, host):
    answer = api.post(WEBHOOKS, {"url": f"https://{host}/"})
    assert refusal(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {"url": [addresses.NOT_PUBLIC]}
    assert not Endpoint.objects.exists()


def test_an_unknown_host_is_refused(api):
    answer = api.post(WEBHOOKS, {"url": "https://nowhere.invalid/"})
    assert answer.json()["error"]["details"] == {"url": [addresses.UNKNOWN]}


def test_a_setting_allows_it_for_development(api, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    assert api.post(WEBHOOKS, {"url": "http://127.0.0.1:9000/"}).status_code == 201


def test_a_project_has_so_many_and_no_more(api, project, other_project):
    for _ in range(MAX_ENDPOINTS):
        WebhookFactory(project=project)
        WebhookFactory(project=other_project)
    assert refusal(api.post(WEBHOOKS, {"url": URL})) == (403, "WEBHOOK_LIMIT_REACHED")
    assert project.webhooks.count() == MAX_ENDPOINTS


@pytest.mark.django_db(transaction=True)
def test_nor_do_simultaneous_requests_make_more(api_key, project):
    for _ in range(MAX_ENDPOINTS - 2):
        WebhookFactory(project=project)
    answers: list[int] = []

    def post():
        answers.append(ApiClient(api_key.text).post(WEBHOOKS, {"url": URL}).status_code)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] * 2 + [403] * 6


def test_a_key_that_comes_twice_makes_one_webhook_and_keeps_no_secret(api, settings):
    first = api.post(WEBHOOKS, {"url": URL}, headers={"Idempotency-Key": "one"})
    endpoint = Endpoint.objects.get()
    secret = endpoint.secret
    api.post(at(endpoint, "rotate-secret"))
    again = api.post(WEBHOOKS, {"url": URL}, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert again.content == first.content
    assert again.json()["data"]["secret"] == secret
    assert again["Location"] == first["Location"] == at(endpoint)
    assert Endpoint.objects.count() == 1
    assert secret not in str(IdempotencyKey.objects.values())
    other = api.post(WEBHOOKS, {"url": f"{URL}/other"}, headers={"Idempotency-Key": "one"})
    assert refusal(other) == (422, "IDEMPOTENCY_KEY_REUSED")


# ── Read, change, delete ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_the_projects_own_newest_first_and_without_secrets(api, project, other_project):
    mine = [WebhookFactory(project=project, created_at=timezone.now() - timedelta(days=n)) for n in range(3)]
    WebhookFactory(project=other_project)
    answer = api.get(WEBHOOKS, {"limit": 2}).json()
    assert [each["id"] for each in answer["data"]] == [str(endpoint.pk) for endpoint in mine[:2]]
    assert answer["pagination"] == {"limit": 2, "offset": 0, "total": 3, "hasMore": True}
    assert "secret" not in str(answer)
    assert "whsec" not in str(answer)


def test_what_is_named_changes_and_nothing_else(api, project):
    endpoint = WebhookFactory(project=project, description="The shop")
    answer = change(
        api, endpoint, eventTypes=["generation.failed"], id=str(uuid4()), salt="x", secret="x", projectId="x"
    )
    assert answer.status_code == 200
    after = Endpoint.objects.get()
    assert (after.pk, after.url, after.description, after.salt) == (
        endpoint.pk,
        endpoint.url,
        "The shop",
        endpoint.salt,
    )
    assert after.event_types == ["generation.failed"]
    assert after.updated_at > endpoint.updated_at


def test_a_new_url_is_looked_at_as_the_first_was(api, project):
    endpoint = WebhookFactory(project=project)
    assert refusal(change(api, endpoint, url="https://127.0.0.1/")) == (400, "VALIDATION_ERROR")
    assert change(api, endpoint, url=URL).json()["data"]["url"] == URL


@pytest.mark.parametrize("wrong", ["yes", 1])
def test_enabled_is_true_or_false(api, project, wrong):
    assert refusal(change(api, WebhookFactory(project=project), enabled=wrong)) == (400, "VALIDATION_ERROR")


def test_it_is_disabled_and_enabled(api, project):
    endpoint = WebhookFactory(project=project)
    data = change(api, endpoint, enabled=False).json()["data"]
    assert (data["enabled"], data["disabledReason"], bool(data["disabledAt"])) == (False, "owner", True)
    data = change(api, endpoint, enabled=True).json()["data"]
    assert (data["enabled"], data["disabledReason"], data["disabledAt"]) == (True, None, None)


def test_one_that_failed_begins_anew(api, project):
    long_ago = timezone.now() - timedelta(days=4)
    endpoint = WebhookFactory(
        project=project, disabled_reason=DisabledReason.FAILING, disabled_at=long_ago, failing_since=long_ago
    )
    assert api.get(at(endpoint)).json()["data"]["disabledReason"] == "failing"
    assert change(api, endpoint, enabled=False).json()["data"]["disabledReason"] == "failing"
    data = change(api, endpoint, enabled=True).json()["data"]
    assert (data["enabled"], data["failingSince"]) == (True, None)


def test_it_is_deleted_with_its_deliveries(api, project, django_assert_max_num_queries):
    endpoint, other = WebhookFactory(project=project), WebhookFactory(project=project)
    for _ in range(3):
        DeliveryFactory(endpoint=endpoint)
    kept = DeliveryFactory(endpoint=other)
    api.get(WEBHOOKS)
    with django_assert_max_num_queries(6):
        answer = api.delete(at(endpoint))
    assert answer.json() == {"success": True, "message": "Webhook deleted"}
    assert list(Endpoint.objects.all()) == [other]
    assert list(Delivery.objects.all()) == [kept]
    assert refusal(api.delete(at(endpoint))) == (404, "WEBHOOK_NOT_FOUND")


# ── Secret and test ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_rotation_both_secrets_sign_for_a_day(api, project):
    endpoint = WebhookFactory(project=project)
    new = api.post(at(endpoint, "rotate-secret")).json()["data"]["secret"]
    after = Endpoint.objects.get()
    assert new == after.secret != endpoint.secret
    assert after.secrets(timezone.now()) == [new, endpoint.secret]
    assert after.secrets(timezone.now() + timedelta(hours=23)) == [new, endpoint.secret]
    assert after.secrets(timezone.now() + timedelta(hours=25)) == [new]


def test_a_test_is_sent_to_that_webhook_only_whatever_it_wants(api, project):
    endpoint, _ = WebhookFactory(project=project, event_types=["generation.failed"]), WebhookFactory(project=project)
    answer = api.post(at(endpoint, "test"))
    data = answer.json()["data"]
    delivery = Delivery.objects.get()
    assert (answer.status_code, answer["Location"]) == (202, at(endpoint, "deliveries", delivery.pk))
    assert (data["eventType"], data["status"], data["webhookId"]) == ("webhook.test", "pending", str(endpoint.pk))
    body = json.loads(Message.objects.get().body)
    assert list(body) == ["type", "timestamp", "data"]
    assert body["data"]["webhookId"] == str(endpoint.pk)


def test_a_disabled_one_is_not_tested(api, project):
    endpoint = WebhookFactory(project=project, disabled_reason=DisabledReason.GONE)
    assert refusal(api.post(at(endpoint, "test"))) == (409, "WEBHOOK_DISABLED")
    assert not Message.objects.exists()


# ── Deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_deliveries_are_listed_by_status_and_page(api, project):
    endpoint = WebhookFactory(project=project)
    for traits in ({}, {"delivered": True}, {"failed": True}, {"failed": True}):
        DeliveryFactory(endpoint=endpoint, **traits)
    DeliveryFactory(endpoint=WebhookFactory(project=project))
    everything = api.get(at(endpoint, "deliveries")).json()
    assert everything["pagination"]["total"] == 4
    moments = [each["createdAt"] for each in everything["data"]]
    assert moments == sorted(moments, reverse=True)
    failed = api.get(at(endpoint, "deliveries"), {"status": "failed", "limit": 1}).json()
    assert failed["pagination"] == {"limit": 1, "offset": 0, "total": 2, "hasMore": True}
    assert failed["data"][0]["error"] == "It answered 500."
    assert "answer" not in failed["data"][0]
    for wrong in ({"status": "lost"}, {"limit": 0}, {"offset": "x"}):
        assert refusal(api.get(at(endpoint, "deliveries"), wrong)) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("rows", [1, 20])
def test_a_page_of_deliveries_is_two_queries(api, project, django_assert_num_queries, rows):
    endpoint = WebhookFactory(project=project)
    for _ in range(rows):
        DeliveryFactory(endpoint=endpoint, failed=True)
    api.get(WEBHOOKS)
    key_and_webhook = 2
    with django_assert_num_queries(key_and_webhook + 2):
        assert len(api.get(at(endpoint, "deliveries")).json()["data"]) == rows


def test_one_delivery_is_shown_in_full(api, project):
    delivery = DeliveryFactory(endpoint=WebhookFactory(project=project), failed=True)
    data = api.get(at(delivery.endpoint, "deliveries", delivery.pk)).json()["data"]
    assert data["payload"] == json.loads(delivery.message.body)
    assert (data["answer"], data["nextAttemptAt"]) == ("<h1>Oops</h1>", None)
    assert data["attempts"] == [
        {
            "number": 8,
            "endedAt": "2026-11-22T10:00:00.000Z",
            "statusCode": 500,
            "error": "It answered 500.",
            "durationMs": 12,
        }
    ]
    waiting = DeliveryFactory(endpoint=delivery.endpoint)
    data = api.get(at(delivery.endpoint, "deliveries", waiting.pk)).json()["data"]
    assert (data["answer"], data["error"], data["attempts"], bool(data["nextAttemptAt"])) == (None, None, [], True)


@pytest.mark.parametrize(
    "traits", [{"delivered": True}, {"failed": True}, {"next_attempt_at": Now() + timedelta(hours=1)}]
)
def test_a_delivery_is_sent_again_whatever_became_of_it(api, project, traits):
    delivery = DeliveryFactory(endpoint=WebhookFactory(project=project), **traits)
    answer = api.post(at(delivery.endpoint, "deliveries", delivery.pk, "resend"))
    assert (answer.status_code, answer["Location"]) == (202, at(delivery.endpoint, "deliveries", delivery.pk))
    assert answer.json()["data"]["status"] == "pending"
    again = Delivery.objects.due().get()
    assert (again, again.message, again.failures, again.ended_at) == (delivery, delivery.message, 0, None)


def test_what_is_on_the_wire_is_left_to_it(api, project):
    soon = timezone.now() + timedelta(seconds=20)
    delivery = DeliveryFactory(
        endpoint=WebhookFactory(project=project), attempt=1, next_attempt_at=soon, lease_until=soon
    )
    assert api.post(at(delivery.endpoint, "deliveries", delivery.pk, "resend")).status_code == 202
    assert Delivery.objects.get().lease_until == soon


def test_nothing_is_sent_again_to_a_disabled_webhook(api, project):
    endpoint = WebhookFactory(project=project, disabled_reason=DisabledReason.FAILING)
    delivery = DeliveryFactory(endpoint=endpoint, failed=True)
    assert refusal(api.post(at(endpoint, "deliveries", delivery.pk, "resend"))) == (409, "WEBHOOK_DISABLED")
    assert Delivery.objects.get().status == Status.FAILED


# ── Everybody's own ──────────────────────────────────────────────────────────────────────────────────────────────────

WAYS = {
    "get": ("get", (), "WEBHOOK_NOT_FOUND"),
    "update": ("patch", (), "WEBHOOK_NOT_FOUND"),
    "delete": ("delete", (), "WEBHOOK_NOT_FOUND"),
    "rotate": ("post", ("rotate-secret",), "WEBHOOK_NOT_FOUND"),
    "test": ("post", ("test",), "WEBHOOK_NOT_FOUND"),
    "deliveries": ("get", ("deliveries",), "WEBHOOK_NOT_FOUND"),
}


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Endpoint, Message, Delivery)]


@pytest.mark.parametrize(("method", "more", "code"), WAYS.values(), ids=WAYS)
def test_what_is_not_there_for_the_caller_is_not_found_alike(api, other_project, method, more, code):
    theirs = WebhookFactory(project=other_project)
    DeliveryFactory(endpoint=theirs)
    before = rows()
    ids = [uuid4(), theirs.pk, "nonsense", f"{{{theirs.pk}}}", theirs.pk.hex, "%00", "x" * 300]
    answers = [
        getattr(api, method)(at(each, *more), content_type="application/json", headers={"X-Request-Id": "the-same-id"})
        for each in ids
    ]
    assert {refusal(answer) for answer in answers} == {(404, code)}
    assert len({answer.content for answer in answers}) == 1
    assert rows() == before


@pytest.mark.parametrize(("method", "more"), [("get", ()), ("post", ("resend",))], ids=["get", "resend"])
def test_so_is_a_delivery_of_another_project_or_of_another_webhook(api, project, other_project, method, more):
    theirs = DeliveryFactory(endpoint=WebhookFactory(project=other_project), failed=True)
    mine, sibling = DeliveryFactory(endpoint=WebhookFactory(project=project)), WebhookFactory(project=project)
    before = rows()
    ways = [
        (theirs.endpoint_id, theirs.pk),
        (mine.endpoint_id, theirs.pk),
        (theirs.endpoint_id, mine.pk),
        (sibling.pk, mine.pk),
        (mine.endpoint_id, uuid4()),
        (mine.endpoint_id, "nonsense"),
        ("nonsense", mine.pk),
    ]
    answers = [
        getattr(api, method)(at(webhook, "deliveries", delivery, *more), headers={"X-Request-Id": "the-same-id"})
        for webhook, delivery in ways
    ]
    assert {refusal(answer) for answer in answers} == {(404, "DELIVERY_NOT_FOUND")}
    assert len({answer.content for answer in answers}) == 1
    assert rows() == before


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ((), "GET, HEAD, PATCH, DELETE"),
        (("rotate-secret",), "POST"),
        (("test",), "POST"),
        (("deliveries",), "GET, HEAD"),
        (("deliveries", "x"), "GET, HEAD"),
        (("deliveries", "x", "resend"), "POST"),
    ],
)
def test_each_address_takes_its_own_methods(api, path, allowed):
    answer = api.put(at("x", *path))
    assert refusal(answer) == (405, "METHOD_NOT_ALLOWED")
    assert set(answer["Allow"].split(", ")) >= set(allowed.split(", ")) - {"HEAD"}


def test_without_a_key_nothing_is_said(nobody):
    endpoint = WebhookFactory()
    for answer in (nobody.get(WEBHOOKS), nobody.post(WEBHOOKS, {"url": URL}), nobody.delete(at(endpoint))):
        assert refusal(answer) == (401, "UNAUTHORIZED")
    assert list(Endpoint.objects.all()) == [endpoint]


def test_each_request_counts(api):
    left = [int(api.get(WEBHOOKS)["X-RateLimit-Remaining"]) for _ in range(2)]
    assert left[0] - left[1] == 1
