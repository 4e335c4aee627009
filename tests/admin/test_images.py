"""Images: their list, their page, and their alias."""

import pytest
from django.contrib.admin.models import LogEntry

from generations.images.models import Image, StorageIntent
from tests.admin.pages import text
from tests.factories import GenerationFactory, ImageFactory

IMAGES = "/admin/images/image/"


def name(browser, image: Image, alias: str):
    return browser.post(f"{IMAGES}{image.pk}/change/", {"alias": alias}, follow=True)


def alias_of(image: Image) -> str | None:
    return Image.objects.values_list("alias", flat=True).get(pk=image.pk)


def test_the_page_shows_the_picture_and_its_facts(boss):
    generation = GenerationFactory(success=True)
    image = generation.output_image
    page = boss.get(f"{IMAGES}{image.pk}/change/")
    assert f'<img src="/media/{image.key}" alt="" width="1792" height="1024"' in page.content.decode()
    seen = text(page)
    for fact in (generation.pk, image.project, image.sha256, image.key, "1792 × 1024", "image/png"):
        assert str(fact) in seen


def test_an_alias_is_given_and_taken_away(boss):
    image = ImageFactory()
    name(boss, image, "@hero")
    assert alias_of(image) == "@hero"
    name(boss, image, "")
    assert alias_of(image) is None
    assert LogEntry.objects.count() == 2


def test_many_images_have_no_alias(boss, project):
    one, other = (ImageFactory(project=project, alias=alias) for alias in ("@one", "@other"))
    name(boss, one, "")
    name(boss, other, "")
    assert (alias_of(one), alias_of(other)) == (None, None)


@pytest.mark.parametrize("wrong", ["hero", "@", "@" + "a" * 50, "@a b", "@é"])
def test_a_wrong_alias_is_refused_in_words(boss, wrong):
    image = ImageFactory()
    assert name(boss, image, wrong).context["adminform"].form.errors["alias"]
    assert alias_of(image) is None


def test_an_alias_is_unique_in_its_project_and_only_there(boss, project):
    ImageFactory(project=project, alias="@hero")
    twin, stranger = ImageFactory(project=project), ImageFactory()
    assert "Another image of this project has this alias." in text(name(boss, twin, "@hero"))
    assert alias_of(twin) is None
    name(boss, stranger, "@hero")
    assert alias_of(stranger) == "@hero"


def test_an_image_keeps_its_own_alias(boss):
    image = ImageFactory(alias="@hero")
    assert "was changed successfully" in text(name(boss, image, "@hero"))


def test_nothing_else_can_be_posted(boss):
    image = ImageFactory()
    boss.post(
        f"{IMAGES}{image.pk}/change/", {"alias": "@hero", "key": "x", "sha256": "0", "width": "1", "source": "uploaded"}
    )
    after = Image.objects.get()
    assert (after.key, after.sha256, after.width, after.source) == (image.key, image.sha256, 1792, "generated")


def test_an_image_deleted_meanwhile_is_not_an_error_page(boss, monkeypatch):
    image = ImageFactory()
    monkeypatch.setattr("generations.images.admin.images.ImageAdmin.get_object", lambda *args: image)
    Image.objects.all().delete()
    image.pk = image.id
    answer = boss.post(f"{IMAGES}{image.pk}/change/", {"alias": "@hero"})
    assert answer.status_code == 302
    assert "This image has been deleted meanwhile." in text(boss.get(IMAGES))


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_four_queries(boss, django_assert_num_queries, rows):
    ImageFactory.create_batch(rows)
    session_user_count_rows = 4
    with django_assert_num_queries(session_user_count_rows):
        assert len(boss.get(IMAGES).context["cl"].result_list) == rows


def test_search_and_filters(boss):
    hero, other = ImageFactory(alias="@hero"), ImageFactory()
    found = lambda **query: set(boss.get(IMAGES, query).context["cl"].result_list)  # noqa: E731
    assert found(q="HERO") == {hero}
    assert found(q=str(other.pk)) == {other}
    assert found(alias__isempty="1") == {other}
    assert found(project__id__exact=str(hero.project_id)) == {hero}


def test_staff_who_may_only_look_change_nothing(staff):
    image = ImageFactory()
    browser = staff("images.view_image")
    assert str(image.pk) in text(browser.get(f"{IMAGES}{image.pk}/change/"))
    assert name(browser, image, "@hero").status_code == 403
    assert alias_of(image) is None


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_django_neither_adds_nor_deletes(boss, path):
    image = ImageFactory()
    assert boss.post(IMAGES + path.format(pk=image.pk), {"post": "yes"}).status_code == 403
    assert Image.objects.get() == image


def test_storage_intents_are_there_to_be_read(boss):
    intent = StorageIntent.objects.create(key="a/b.png", collect_at="2030-01-01T00:00:00Z")
    path = "/admin/images/storageintent/"
    assert "a/b.png writing" in text(boss.get(path))
    assert "a/b.png" in text(boss.get(f"{path}{intent.pk}/change/"))
    for forbidden in ("add/", f"{intent.pk}/change/", f"{intent.pk}/delete/"):
        assert boss.post(path + forbidden, {"key": "x", "post": "yes"}).status_code == 403
    assert StorageIntent.objects.get().key == "a/b.png"
