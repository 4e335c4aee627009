"""The first page, and the way to the others."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from config.admin import dashboard
from generations.models import AbandonedClaim
from tests.admin.pages import text
from tests.factories import ApiKeyFactory, GenerationFactory, ProjectFactory, WebhookFactory
from tests.outages import open_breaker

LINK = re.compile(r'href="(/admin/generations/generation/\?[^"]+)">(\d+)<')

LINKS = {
    "generations.generation": "Generations",
    "images.image": "Images",
    "projects.organization": "Organizations",
    "projects.project": "Projects",
    "projects.apikey": "API keys",
    "images.storageintent": "Storage intents",
    "auth.user": "Staff",
    "auth.group": "Groups",
}


def ago(**span: int):
    return timezone.now() - timedelta(**span)


def test_the_cards_say_how_the_queue_stands(boss):
    GenerationFactory(created_at=ago(minutes=7))
    GenerationFactory(created_at=ago(minutes=2))
    GenerationFactory(processing=True)
    GenerationFactory(failed=True)
    GenerationFactory(failed=True, finished_at=ago(minutes=61))
    GenerationFactory(failed=True, trashed=True)
    seen = text(boss.get("/admin/"))
    assert "Waiting 2 Oldest waiting 7 min Processing 1 Failed in the last hour 1" in seen


@pytest.mark.parametrize("permission", ["view_generation", "change_generation"])
def test_the_oldest_comes_first_where_its_age_leads_to(staff, permission):
    """Who may only look has no boxes to tick before the columns, which an address sorts by their numbers."""
    for hours in (1, 3, 2):
        GenerationFactory(created_at=ago(hours=hours))
    browser = staff(f"generations.{permission}")
    (oldest,) = (c for c in browser.get("/admin/").context["dashboard"]["cards"] if c["title"] == "Oldest waiting")
    listed = browser.get(oldest["link"]).context["cl"].result_list
    assert [row.created_at for row in listed] == sorted(row.created_at for row in listed)


def test_each_number_leads_to_exactly_what_it_counts(boss, settings):
    settings.IMAGE_PROVIDERS = {"first": {"BACKEND": "tests.providers.Scripted"}} | settings.IMAGE_PROVIDERS
    settings.IMAGE_PROVIDER_CHAIN = ["first"]
    open_breaker("first")
    for project in (ProjectFactory(), ProjectFactory(is_active=False), ProjectFactory(image_provider="sketch")):
        for trait in ({}, {"processing": True}, {"success": True}, {"failed": True}):
            GenerationFactory(project=project, **trait)
            GenerationFactory(project=project, trashed=True, **trait)
        GenerationFactory.create_batch(2, project=project)
        GenerationFactory(project=project, failed=True, finished_at=ago(minutes=61))
        GenerationFactory(project=project, failed=True, created_at=ago(days=2))
    AbandonedClaim.objects.abandon(GenerationFactory(project=project, processing=True, trashed=True))
    dashboard = boss.get("/admin/").context["dashboard"]
    counted = {card["title"]: (card["value"], card["link"]) for card in dashboard["cards"]}
    assert {title: value for title, (value, _) in counted.items() if title != "Oldest waiting"} == {
        "Waiting": 6,
        "Processing": 3,
        "Failed in the last hour": 6,
        "Held": 3,
        "Wait for first": 6,
    }
    counted |= {f"queue of {row['project']}": (row["project"].waiting, row["link"]) for row in dashboard["queue"]}
    assert len(counted) == 9
    for link in LINK.finditer(boss.get("/admin/projects/project/").content.decode()):
        counted[link[1]] = int(link[2]), unescape(link[1])
    assert len(counted) == 15
    for title, (value, link) in counted.items():
        listed = boss.get(link).context["cl"]
        oldest_first = title == "Oldest waiting"
        assert listed.result_count == (6 if oldest_first else value), title
        assert not oldest_first or listed.result_list[0].created_at == min(row.created_at for row in listed.result_list)


def test_a_link_of_an_outage_that_is_over_does_not_list_everything(boss):
    GenerationFactory(success=True)
    waits = GenerationFactory()
    assert list(boss.get("/admin/generations/generation/?waits_for=*").context["cl"].result_list) == [waits]


def test_an_empty_house_is_no_error(boss):
    seen = text(boss.get("/admin/"))
    assert "Waiting 0 Oldest waiting – Processing 0 Failed in the last hour 0" in seen
    assert "None yet." in seen


def test_the_last_twelve_pictures_newest_first(boss):
    made = [GenerationFactory(success=True, created_at=ago(minutes=minutes)) for minutes in range(14)]
    page = boss.get("/admin/").content.decode()
    keys = [generation.output_image.key for generation in made]
    assert [page.find(f'src="/media/{key}"') > 0 for key in keys] == [True] * 12 + [False] * 2
    places = [page.find(key) for key in keys[:12]]
    assert places == sorted(places)


def test_the_queue_is_shown_in_the_order_of_its_turns(boss):
    first, limited = (ProjectFactory(name=name) for name in ("Shop", "Bulk"))
    limited.max_concurrent = 2
    limited.save()
    GenerationFactory(project=limited, processing=True)
    GenerationFactory.create_batch(3, project=limited, created_at=ago(minutes=7))
    GenerationFactory(project=first, created_at=ago(minutes=2))
    GenerationFactory(project__name="Nothing waits", success=True)
    seen = text(boss.get("/admin/"))
    shop = f"Shop · {first.organization.name} 1 of 1000 0 2 min"
    assert f"Oldest waiting {shop} Bulk · {limited.organization.name} 3 of 1000 1 of 2 7 min" in seen
    assert "Nothing waits" not in seen
    link = f"/admin/generations/generation/?project__id__exact={limited.pk}&status__exact=pending"
    assert text(boss.get(link)).count("a red sports car") == 3


def test_what_a_disabled_project_has_waiting_is_shown_as_held(boss):
    GenerationFactory(project__name="Shop", created_at=ago(minutes=2))
    held = GenerationFactory(project__name="Unpaid", project__is_active=False, created_at=ago(minutes=7))
    seen = text(boss.get("/admin/"))
    assert "Waiting 1 Oldest waiting 2 min" in seen
    assert f"Unpaid · {held.project.organization.name} 1 held of 1000 0 7 min" in seen
    assert "1 of 1000 , held" in text(boss.get("/admin/projects/project/"))
    assert "Not before its project is enabled: held" in text(
        boss.get(f"/admin/generations/generation/{held.pk}/change/")
    )


def test_keys_that_end_soon_are_shown_to_who_may_see_keys(boss, staff):
    soon = ApiKeyFactory(name="web shop", expires_at=timezone.now() + timedelta(days=3))
    ApiKeyFactory(name="later", expires_at=timezone.now() + timedelta(days=30))
    ApiKeyFactory(name="replaced", expires_at=timezone.now() + timedelta(days=3), rotated_at=timezone.now())
    shown = f"web shop · {soon.visible_part} {soon.project.name} · {soon.project.organization.name} "
    shown += f"{soon.expires_at:%Y-%m-%d %H:%M} UTC · ends in 2 d never Rotate them with an overlap"
    clerk = staff("projects.view_apikey")
    for browser in (boss, clerk):
        seen = text(browser.get("/admin/"))
        assert shown in seen
        assert "later" not in seen
        assert "replaced" not in seen
    assert "web shop" in text(boss.get("/admin/projects/apikey/?state=ends-soon"))
    assert "Oldest waiting" not in text(clerk.get("/admin/"))


def test_a_key_that_has_ended_lately_is_shown_as_well(boss):
    ApiKeyFactory(name="too late", expires_at=timezone.now() - timedelta(days=2))
    ApiKeyFactory(name="forgotten", expires_at=timezone.now() - timedelta(days=15))
    seen = text(boss.get("/admin/"))
    assert "UTC · expired never" in seen
    assert "forgotten" not in seen


def test_webhooks_that_fail_are_shown_to_who_may_see_them(boss, staff):
    now = timezone.now()
    failing = WebhookFactory(failing_since=now)
    gone = WebhookFactory(disabled_reason="gone", disabled_at=now)
    long_ago = WebhookFactory(disabled_reason="failing", disabled_at=now - timedelta(days=15))
    fine = (WebhookFactory(), WebhookFactory(disabled_reason="owner", disabled_at=now), long_ago)
    seen = text(boss.get("/admin/"))
    owner = f"{failing.project.name} · {failing.project.organization.name}"
    assert f"{failing.url} {owner} no delivery has succeeded since {now:%Y-%m-%d %H:%M} UTC" in seen
    assert f"disabled on {now:%Y-%m-%d %H:%M} UTC: it answered 410 Gone" in seen
    assert not [endpoint for endpoint in fine if endpoint.url in seen]
    clerk = staff("webhooks.view_endpoint")
    assert gone.url in text(clerk.get("/admin/"))


def test_who_may_not_see_webhooks_gets_no_word_of_them(staff):
    failing = WebhookFactory(failing_since=timezone.now())
    assert failing.url not in text(staff("generations.view_generation").get("/admin/"))


def test_who_may_not_see_keys_and_where_none_ends_soon_there_is_no_word_of_it(boss, staff):
    ApiKeyFactory()
    assert "Keys that end soon" not in text(boss.get("/admin/"))
    ApiKeyFactory(expires_at=timezone.now() + timedelta(days=3))
    assert "Keys that end soon" not in text(staff("generations.view_generation").get("/admin/"))


def test_the_page_costs_twelve_queries(boss, django_assert_num_queries):
    for _ in range(5):
        ApiKeyFactory(expires_at=timezone.now() + timedelta(days=3))
        GenerationFactory(success=True)
        GenerationFactory()
    session_user_three_cards_breakers_queue_held_pictures_keys_webhooks_history = 12
    with django_assert_num_queries(session_user_three_cards_breakers_queue_held_pictures_keys_webhooks_history):
        boss.get("/admin/")


@pytest.mark.parametrize(("model", "title"), LINKS.items())
def test_the_sidebar_shows_what_one_may_see(staff, model, title):
    app_label, model_name = model.split(".")
    page = staff(f"{app_label}.view_{model_name}").get("/admin/").content.decode()
    shown = {name for name in LINKS if f'href="/admin/{name.replace(".", "/")}/"' in page}
    assert shown == {model}
    assert title in page


def test_staff_who_may_not_see_generations_get_no_word_of_them(staff):
    generation = GenerationFactory(success=True)
    page = staff("projects.view_project").get("/admin/").content.decode()
    assert generation.original_prompt not in page
    assert generation.output_image.key not in page
    assert "Oldest waiting" not in page


def test_strangers_are_asked_who_they_are(client, db):
    answer = client.get("/admin/generations/generation/")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/login/?next=/admin/generations/generation/"


def test_a_login_leaves_no_password_in_a_log(client, db, django_user_model, capfd, caplog):
    django_user_model.objects.create_superuser("boss", password="correct horse battery")
    for password in ("correct horse battery", "wrong horse battery"):
        client.post("/admin/login/?next=/admin/", {"username": "boss", "password": password})
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "/admin/login/" in logged
    assert "horse" not in logged


def test_a_search_leaves_no_prompt_in_a_log(boss, capfd, caplog):
    GenerationFactory(original_prompt="a red fox")
    boss.get("/admin/generations/generation/", {"q": "red fox"})
    assert "fox" not in "".join(capfd.readouterr()) + caplog.text


def test_many_keys_that_have_ended_hide_none_that_will(boss):
    now = timezone.now()
    for hours in range(dashboard.KEYS + 3):
        ApiKeyFactory(name=f"ended-{hours}", expires_at=now - timedelta(hours=hours + 1))
    soon = [ApiKeyFactory(name=f"soon-{days}", expires_at=now + timedelta(days=days)) for days in (9, 2)]
    shown = [row["api_key"].name for row in boss.get("/admin/").context["ending_keys"]]
    assert shown == [soon[1].name, soon[0].name, *(f"ended-{hours}" for hours in range(dashboard.KEYS - 2))]


def test_webhooks_that_were_given_up_come_first_the_last_one_before_the_others(boss):
    now = timezone.now()
    failing = [WebhookFactory(failing_since=now - timedelta(hours=hours)) for hours in (1, 30)]
    given_up = [
        WebhookFactory(disabled_reason="gone", disabled_at=now),
        WebhookFactory(disabled_reason="failing", disabled_at=now - timedelta(days=2), failing_since=now),
    ]
    assert list(boss.get("/admin/").context["failing_webhooks"]) == [*given_up, failing[1], failing[0]]
