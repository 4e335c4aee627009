"""Webhooks in the admin: made, rotated, tried and switched; their deliveries looked at and sent again."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError
from django.utils import timezone

from projects.webhooks.models import Delivery, DisabledReason, Endpoint, Status
from projects.webhooks.services import MAX_ENDPOINTS
from tests.admin.pages import text
from tests.factories import DeliveryFactory, WebhookFactory

ENDPOINTS, DELIVERIES = "/admin/webhooks/endpoint/", "/admin/webhooks/delivery/"
SECRET = re.compile(r"whsec_[0-9A-Za-z+/=]{44}")
URL = "https://93.184.215.14/hooks"


@pytest.fixture
def asked(project):
    return {"project": str(project.pk), "url": URL, "description": "Shop", "event_types": ["generation.failed"]}


def act(browser, action, *deliveries, **more):
    form = {"action": action, "index": "0", "_selected_action": [str(delivery.pk) for delivery in deliveries]}
    return browser.post(DELIVERIES, form | more, follow=True)


# ── Endpoints ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_webhook_is_answered_with_its_secret_and_no_other_page_has_it(boss, asked, project):
    answer = boss.post(f"{ENDPOINTS}add/", asked)
    endpoint = Endpoint.objects.get()
    assert SECRET.findall(answer.content.decode()) == [endpoint.secret]
    assert "no-store" in answer["Cache-Control"]
    assert (endpoint.project, endpoint.url, endpoint.event_types) == (project, URL, ["generation.failed"])
    for path in (ENDPOINTS, f"{ENDPOINTS}{endpoint.pk}/change/", f"{ENDPOINTS}{endpoint.pk}/history/", "/admin/"):
        page = boss.get(path).content.decode()
        assert not SECRET.search(page)
        assert endpoint.salt not in page
    assert endpoint.secret not in str(list(LogEntry.objects.values()))


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://localhost/", "ftp://93.184.215.14/", "nonsense", ""])
def test_a_bad_url_is_refused(boss, asked, url):
    answer = boss.post(f"{ENDPOINTS}add/", asked | {"url": url})
    assert answer.status_code == 200
    assert not SECRET.search(answer.content.decode())
    assert not Endpoint.objects.exists()


def test_the_limit_of_a_project_holds_here_too(boss, asked, project):
    for _ in range(MAX_ENDPOINTS):
        WebhookFactory(project=project)
    assert "as many webhooks as it may have" in text(boss.post(f"{ENDPOINTS}add/", asked, follow=True))
    assert Endpoint.objects.count() == MAX_ENDPOINTS


def test_what_was_changed_is_written_and_nothing_else(boss):
    endpoint = WebhookFactory(description="Shop")
    boss.post(f"{ENDPOINTS}{endpoint.pk}/change/", {"url": endpoint.url, "description": "Mill", "salt": "0" * 32})
    after = Endpoint.objects.get()
    assert (after.description, after.url, after.salt) == ("Mill", endpoint.url, endpoint.salt)
    boss.post(f"{ENDPOINTS}{endpoint.pk}/change/", {"url": "https://10.0.0.1/", "description": "Mill"})
    assert Endpoint.objects.get().url == endpoint.url


def test_rotate_asks_and_then_shows_the_new_secret_once(boss):
    endpoint = WebhookFactory()
    path = f"{ENDPOINTS}{endpoint.pk}/rotate/"
    assert "the old one signs along" in text(boss.get(path))
    assert Endpoint.objects.get().salt == endpoint.salt
    answer = boss.post(path)
    after = Endpoint.objects.get()
    assert SECRET.findall(answer.content.decode()) == [after.secret]
    assert after.secrets(timezone.now()) == [after.secret, endpoint.secret]


def test_a_test_is_sent(boss):
    endpoint = WebhookFactory()
    path = f"{ENDPOINTS}{endpoint.pk}/send-test/"
    boss.get(path)
    assert not Delivery.objects.exists()
    assert "A test is on its way." in text(boss.post(path, follow=True))
    assert Delivery.objects.get().message.type == "webhook.test"


def test_it_is_disabled_and_enabled(boss):
    endpoint = WebhookFactory()
    page = f"{ENDPOINTS}{endpoint.pk}/"
    assert f"{page}disable/" in boss.get(f"{page}change/").content.decode()
    boss.get(f"{page}disable/")
    assert Endpoint.objects.get().is_enabled
    boss.post(f"{page}disable/")
    assert Endpoint.objects.get().disabled_reason == DisabledReason.OWNER
    shown = boss.get(f"{page}change/").content.decode()
    assert f"{page}enable/" in shown
    assert f"{page}disable/" not in shown
    assert f"{page}send-test/" not in shown
    assert "Enable it first" in text(boss.post(f"{page}send-test/", follow=True))
    boss.post(f"{page}enable/")
    assert Endpoint.objects.get().is_enabled


def test_the_list_shows_which_are_disabled_or_failing(boss):
    long_ago = timezone.now() - timedelta(days=3, minutes=5)
    WebhookFactory(disabled_reason=DisabledReason.FAILING, disabled_at=long_ago, failing_since=long_ago)
    WebhookFactory()
    shown = text(boss.get(ENDPOINTS))
    assert "disabled 3 d" in shown
    assert "enabled" in shown
    page = text(boss.get(f"{ENDPOINTS}{Endpoint.objects.exclude(disabled_reason='').get().pk}/change/"))
    assert "it failed for three days" in page


def test_to_delete_it_reads_none_of_its_deliveries(boss, django_assert_max_num_queries):
    endpoint = WebhookFactory()
    for _ in range(30):
        DeliveryFactory(endpoint=endpoint)
    with django_assert_max_num_queries(20):
        assert endpoint.url in text(boss.get(f"{ENDPOINTS}{endpoint.pk}/delete/"))
        boss.post(f"{ENDPOINTS}{endpoint.pk}/delete/", {"post": "yes"})
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_no_filter_spells_a_salt_out(boss):
    DeliveryFactory()
    for path in (f"{ENDPOINTS}?salt__startswith=a", f"{DELIVERIES}?endpoint__salt__startswith=a"):
        assert boss.get(path).status_code in (302, 400)


def test_staff_who_may_only_look_change_nothing(staff):
    endpoint = WebhookFactory()
    clerk = staff("webhooks.view_endpoint", "webhooks.view_delivery")
    delivery = DeliveryFactory(endpoint=endpoint, failed=True)
    assert clerk.get(f"{ENDPOINTS}{endpoint.pk}/change/").status_code == 200
    for verb in ("rotate", "send-test", "disable", "enable"):
        assert clerk.post(f"{ENDPOINTS}{endpoint.pk}/{verb}/").status_code == 403
    assert "Send again" not in text(clerk.get(f"{DELIVERIES}{delivery.pk}/change/"))
    act(clerk, "send_again", delivery)
    assert Delivery.objects.get().status == Status.FAILED
    assert clerk.get(f"{ENDPOINTS}add/").status_code == 403


# ── Deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_shows_what_came_of_each_at_the_same_cost(boss, rows, django_assert_num_queries):
    for _ in range(rows):
        DeliveryFactory(failed=True)
    session_user_count_rows = 4
    with django_assert_num_queries(session_user_count_rows):
        shown = boss.get(DELIVERIES)
    assert "It answered 500." in text(shown)
    assert "Oops" not in text(shown)


def test_the_page_shows_what_was_sent_and_answered(boss):
    delivery = DeliveryFactory(failed=True, answer="<script>alert(1)</script>")
    page = boss.get(f"{DELIVERIES}{delivery.pk}/change/").content.decode()
    assert "<script>alert(1)" not in page
    for words in (
        "generation.succeeded",
        "It answered 500.",
        "&lt;script&gt;",
        delivery.message_id,
        delivery.endpoint.url,
    ):
        assert words in page


def test_send_again_from_the_list_and_from_the_page(boss):
    failed, delivered = DeliveryFactory(failed=True), DeliveryFactory(delivered=True)
    stopped = DeliveryFactory(failed=True, endpoint__disabled_reason=DisabledReason.GONE)
    assert "Sent again: 2. Left as they were: 1." in text(act(boss, "send_again", failed, delivered, stopped))
    assert set(Delivery.objects.due()) == {failed, delivered}
    Delivery.objects.update(status=Status.FAILED)
    answer = act(boss, "send_again", failed, from_page="yes")
    assert answer.request["PATH_INFO"] == f"{DELIVERIES}{failed.pk}/change/"
    assert list(Delivery.objects.due()) == [failed]


def test_nobody_writes_deliveries_by_hand(boss):
    delivery = DeliveryFactory()
    assert boss.get(f"{DELIVERIES}add/").status_code == 403
    assert boss.get(f"{DELIVERIES}{delivery.pk}/delete/").status_code == 403
    boss.post(f"{DELIVERIES}{delivery.pk}/change/", {"status": "delivered"})
    assert Delivery.objects.get().status == Status.PENDING


def test_the_page_of_one_tells_when_each_attempt_ended(boss):
    delivery = DeliveryFactory(failed=True)
    assert "8 failed 2026-11-22 10:00:00 · 12 ms · 500" in text(boss.get(f"{DELIVERIES}{delivery.pk}/change/"))


def test_a_url_is_written_as_it_is_in_the_title(boss):
    endpoint = WebhookFactory(url="https://receiver.example/hooks")
    page = boss.get(f"{ENDPOINTS}{endpoint.pk}/change/").content.decode()
    assert "https://receiver.example/hooks" in page
    assert "Https://" not in page


# ── The history ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", ["rotate", "disable", "enable", "send-test"])
def test_without_its_note_in_the_history_nothing_happens_to_a_webhook(boss, no_history, verb):
    """Else the receiver would be sent signatures of a secret that nobody has seen."""
    disabled = {"disabled_reason": DisabledReason.GONE, "disabled_at": timezone.now()} if verb == "enable" else {}
    before = list(Endpoint.objects.filter(pk=WebhookFactory(**disabled).pk).values())
    with pytest.raises(OperationalError):
        boss.post(f"{ENDPOINTS}{before[0]['id']}/{verb}/")
    assert list(Endpoint.objects.values()) == before
    assert not Delivery.objects.exists()


def test_nor_is_one_made_or_a_delivery_sent_again(boss, no_history, asked):
    with pytest.raises(OperationalError):
        boss.post(f"{ENDPOINTS}add/", asked)
    assert not Endpoint.objects.exists()
    failed = DeliveryFactory(status=Status.FAILED)
    form = {"action": "send_again", "index": "0", "_selected_action": str(failed.pk)}
    with pytest.raises(OperationalError):
        boss.post(DELIVERIES, form)
    failed.refresh_from_db()
    assert failed.status == Status.FAILED
