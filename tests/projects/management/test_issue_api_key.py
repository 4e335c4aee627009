"""``manage.py issue_api_key``: one new key, printed once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.keys import parse_key
from projects.models import ApiKey
from projects.services import issue_api_key
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db


def issue(*args):
    out = StringIO()
    call_command("issue_api_key", *args, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["{0.pk}", "{0.slug}", "{0.organization.slug}/{0.slug}"])
def test_a_project_is_named_by_its_id_its_slug_or_with_its_organization(name):
    project = ProjectFactory()
    printed = issue("--project", name.format(project))
    api_key = ApiKey.objects.get()
    text = parse_key(printed.removeprefix("API key: ").strip())
    assert api_key.project == project
    assert (text.key_id, text.digest) == (api_key.key_id, api_key.digest)


def test_name_life_and_limit_are_kept():
    issue("--project", ProjectFactory().slug, "--name", "shop", "--days", "7", "--rate-limit", "5000")
    api_key = ApiKey.objects.get()
    assert (api_key.name, api_key.rate_limit_per_hour) == ("shop", 5000)
    assert api_key.expires_at - api_key.created_at == timedelta(days=7)


def test_a_key_lives_90_days_by_default():
    issue("--project", ProjectFactory().slug)
    api_key = ApiKey.objects.get()
    assert api_key.expires_at - api_key.created_at == timedelta(days=90)


def test_an_unknown_project_is_refused_with_those_there_are():
    project = ProjectFactory()
    with pytest.raises(CommandError, match=f"No project matches 'nowhere'.*{project.organization.slug}/{project.slug}"):
        issue("--project", "nowhere")
    assert not ApiKey.objects.exists()


def test_a_slug_of_two_organizations_is_refused():
    ProjectFactory(slug="shop")
    ProjectFactory(slug="shop")
    with pytest.raises(CommandError, match="Several projects match 'shop'"):
        issue("--project", "shop")
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--days", "-5"), ("--days", "0"), ("--days", "3651"), ("--rate-limit", "-1"), ("--rate-limit", "0"),
     ("--rate-limit", "9999999999"), ("--name", " "), ("--name", "n" * 201)],
)  # fmt: skip
def test_what_no_key_has_is_refused_in_one_sentence(option, value):
    with pytest.raises(CommandError, match=rf"^{option} is [^\n]+\.$"):
        issue("--project", ProjectFactory().slug, f"{option}={value}")
    assert not ApiKey.objects.exists()


def test_a_life_of_nothing_is_no_life_of_90_days():
    api_key, _ = issue_api_key(ProjectFactory(), name="n", life=timedelta(0))
    assert api_key.expires_at == api_key.created_at
