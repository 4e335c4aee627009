"""What operators do on the command line: projects made and switched, keys listed, rotated and revoked."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from shlex import split

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.utils import timezone

from projects import management
from projects.api.authentication import find_api_key
from projects.keys import parse_key
from projects.models import ApiKey, Organization, Project
from tests.client import ApiClient
from tests.factories import ApiKeyFactory, OrganizationFactory, ProjectFactory

MINUTE = "%Y-%m-%d %H:%M"
COMMANDS = sorted(file.stem for file in Path(management.__file__).parent.glob("commands/[a-z]*.py"))

pytestmark = pytest.mark.django_db


def run(command, *args):
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue().strip()


def as_json(command, *args):
    return json.loads(run(command, *args, "--json"))


def accepts(text):
    return find_api_key(parse_key(text)) is not None


# ── create_project ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_project_is_made_with_its_organization_and_a_first_key():
    options = ["--name", "Web shop", "--organization-name", "Acme Inc.", "--max-concurrent", "2", "--max-queued", "0"]
    said = run("create_project", "acme/shop", *options, "--key", "production", "--days", "30", "--rate-limit", "5000")
    project = Project.objects.get()
    assert (project.name, project.slug, project.is_active) == ("Web shop", "shop", True)
    assert (project.organization.name, project.organization.slug) == ("Acme Inc.", "acme")
    assert (project.max_concurrent, project.max_queued, project.image_provider) == (2, 0, "")
    first, second = said.splitlines()
    assert first == f"Project acme/shop is made, {project.pk}."
    api_key = find_api_key(parse_key(second.removeprefix("API key: ")))
    assert (api_key.project, api_key.name, api_key.rate_limit_per_hour) == (project, "production", 5000)
    assert api_key.expires_at - api_key.created_at == timedelta(days=30)


def test_names_are_slugs_and_limits_the_usual_ones_where_they_are_left_out():
    organization = OrganizationFactory(slug="acme", name="Acme Inc.")
    assert run("create_project", "acme/shop") == f"Project acme/shop is made, {Project.objects.get().pk}."
    project = Project.objects.get()
    assert (project.organization, project.name, project.max_concurrent, project.max_queued) == (
        organization, "shop", None, None,
    )  # fmt: skip
    assert not ApiKey.objects.exists()


def test_what_is_there_is_refused_and_left_as_it_is():
    project = ProjectFactory(slug="shop", organization__slug="acme", name="Shop", max_queued=5)
    with pytest.raises(CommandError, match=rf"^There is a project acme/shop already, {project.pk}; it is as it was\.$"):
        run("create_project", "acme/shop", "--name", "Other", "--max-queued", "9", "--key", "k")
    assert run("create_project", "acme/shop", "--if-absent", "--name", "Other", "--key", "k") == (
        f"Project acme/shop is there, {project.pk}."
    )
    again = as_json("create_project", "acme/shop", "--if-absent")
    assert again == {"project": "acme/shop", "projectId": str(project.pk), "created": False}
    project.refresh_from_db()
    assert (project.name, project.max_queued, ApiKey.objects.exists()) == ("Shop", 5, False)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["shop"], "'shop' is not organization/project"),
        (["/shop"], "'/shop' is not organization/project"),
        (["acme/"], "'acme/' is not organization/project"),
        (["acme/a/b"], "organization/project: Enter a valid “slug”"),
        (["ac me/shop"], "organization/project: Enter a valid “slug”"),
        (["acme/" + "s" * 51], "organization/project: Ensure this value has at most 50 characters"),
        (["acme/shop", "--name", "n" * 201], "--name: Ensure this value has at most 200 characters"),
        (["acme/shop", "--max-queued", "-1"], "--max-queued: Ensure this value is greater than or equal to 0"),
        (["acme/shop", "--max-concurrent", "9999999999"], "--max-concurrent: Ensure this value is less than or equal"),
        (["acme/shop", "--image-provider", "acme"], "--image-provider is one of: "),
        (["acme/shop", "--days", "3"], "--days and --rate-limit are the first key's; --key NAME issues one"),
        (["acme/shop", "--key", " "], "--key is text of 1 to 200 characters"),
        (["acme/shop", "--key", "k", "--rate-limit", "0"], "--rate-limit is a whole number from 1 to"),
    ],
)
def test_what_no_project_has_is_refused_and_nothing_is_made(args, sentence):
    with pytest.raises(CommandError, match=f"^{sentence}"):
        run("create_project", *args)
    assert not Organization.objects.exists()


def test_an_organization_keeps_its_name():
    OrganizationFactory(slug="acme", name="Acme Inc.")
    with pytest.raises(CommandError, match=r"Organization acme is called 'Acme Inc\.'; leave --organization-name out"):
        run("create_project", "acme/shop", "--organization-name", "Other")
    run("create_project", "acme/shop", "--organization-name", "Acme Inc.")
    assert not Project.objects.exclude(organization__name="Acme Inc.").exists()


# ── disable_project, enable_project ──────────────────────────────────────────────────────────────────────────────────


def test_a_disabled_project_refuses_its_keys_until_it_is_enabled():
    api_key = ApiKeyFactory(project__slug="shop", project__organization__slug="acme")
    assert run("disable_project", "acme/shop") == "Project acme/shop is disabled."
    assert not accepts(api_key.text)
    assert run("disable_project", "acme/shop") == "Project acme/shop was disabled before."
    assert as_json("enable_project", "shop") == {
        "project": "acme/shop", "projectId": str(api_key.project.pk), "changed": True,
    }  # fmt: skip
    assert accepts(api_key.text)


# ── list_api_keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_keys_are_listed_the_next_to_end_first_and_without_what_nobody_may_know():
    now = timezone.now()
    of = ProjectFactory(slug="shop", organization__slug="acme")
    later = ApiKeyFactory(project=of, name="later", last_used_at=now)
    soon = ApiKeyFactory(project=of, name="soon", expires_at=now + timedelta(days=2))
    expired = ApiKeyFactory(project=of, name="expired", expires_at=now)
    other = ApiKeyFactory(name="other", expires_at=now + timedelta(days=3))
    said = run("list_api_keys", "--project", "acme/shop")
    assert said.splitlines() == [
        f"{soon.visible_part}  acme/shop  soon   ends soon  ends {soon.expires_at:{MINUTE}}  never used",
        f"{later.visible_part}  acme/shop  later  active     ends {later.expires_at:{MINUTE}}  used {now:{MINUTE}}",
    ]
    listed = as_json("list_api_keys", "--all")["apiKeys"]
    assert [each["keyId"] for each in listed] == [key.key_id for key in (expired, soon, other, later)]
    assert listed[0].keys() == {
        "keyId", "name", "project", "expiresAt", "state", "lastUsedAt", "rateLimitPerHour",
    }  # fmt: skip
    assert [each["state"] for each in listed] == ["expired", "ends soon", "ends soon", "active"]
    assert as_json("list_api_keys", "--ends-soon", "--project", "acme/shop")["apiKeys"] == [listed[1]]
    for key in (later, soon, expired, other):
        assert key.text[13:-4] not in said + json.dumps(listed)
        assert key.digest not in said + json.dumps(listed)


def test_no_key_is_no_error():
    assert run("list_api_keys") == "There is none."
    assert as_json("list_api_keys") == {"apiKeys": []}


# ── rotate_api_key, revoke_api_key ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["{0.key_id}", "esl_{0.key_id}", "{0.visible_part}", "{0.text}"])
def test_a_key_is_rotated_by_any_of_its_names(name):
    old = ApiKeyFactory(name="shop")
    first, second = run("rotate_api_key", name.format(old), "--overlap-days", "2").splitlines()
    text = first.removeprefix("API key: ")
    assert (accepts(old.text), accepts(text)) == (True, True)
    ends = ApiKey.objects.get(pk=old.pk).expires_at
    assert second == f"The old one, shop ({old.visible_part}), is accepted until {ends:%Y-%m-%d %H:%M} UTC."
    with pytest.raises(CommandError, match="has its successor, which is the one to rotate"):
        run("rotate_api_key", name.format(old))


def test_both_keys_work_for_the_same_project_meanwhile():
    old = ApiKeyFactory()
    told = as_json("rotate_api_key", old.key_id)
    assert told["replaced"]["keyId"] == old.key_id
    assert told["replaced"]["revoked"] is False
    assert [ApiClient(text).create().status_code for text in (old.text, told["key"])] == [201, 201]
    assert old.project.generations.count() == 2


def test_without_an_overlap_the_old_key_is_refused_at_once():
    old = ApiKeyFactory()
    assert run("rotate_api_key", old.key_id, "--overlap-days", "0").endswith("is refused from now on.")
    assert not accepts(old.text)


def test_a_key_that_had_ended_is_not_said_to_be_accepted():
    old = ApiKeyFactory(name="shop", expires_at=timezone.now() - timedelta(days=1))
    said = run("rotate_api_key", old.key_id).splitlines()[1]
    assert said == f"The old one, shop ({old.visible_part}), had ended before."


@pytest.mark.parametrize("days", ["-1", "91"])
def test_a_wrong_overlap_is_refused(days):
    old = ApiKeyFactory()
    with pytest.raises(CommandError, match=r"^--overlap-days is a whole number from 0 to 90\.$"):
        run("rotate_api_key", old.key_id, f"--overlap-days={days}")
    assert ApiKey.objects.get().rotated_at is None


def test_a_revoked_key_has_no_successor():
    old = ApiKeyFactory(revoked_at=timezone.now())
    with pytest.raises(CommandError, match=r"is revoked; manage\.py issue_api_key makes a new key"):
        run("rotate_api_key", old.key_id)


def test_a_key_is_revoked_once_and_stays_so():
    api_key = ApiKeyFactory(name="shop")
    assert run("revoke_api_key", api_key.text) == f"shop ({api_key.visible_part}) is revoked."
    assert not accepts(api_key.text)
    assert as_json("revoke_api_key", api_key.key_id)["revoked"] is False


@pytest.mark.parametrize("name", ["", "esl_", "esl_abcdefg", "12345678", "shop", "esl_12345678_" + "x" * 49])
@pytest.mark.parametrize("command", ["rotate_api_key", "revoke_api_key"])
def test_an_unknown_key_is_refused_and_not_repeated(command, name):
    ApiKeyFactory()
    with pytest.raises(CommandError, match="No key is called so") as refused:
        run(command, name)
    assert "x" * 9 not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "kept"), [("  shop ", "shop"), (" " * 200 + "s", "s"), ("s" * 200 + "  ", "s" * 200)]
)
def test_a_name_is_kept_without_what_stands_around_it(asked, kept):
    project = ProjectFactory()
    run("issue_api_key", "--project", str(project.pk), "--name", asked)
    run("create_project", "acme/shop", "--key", asked)
    assert set(ApiKey.objects.values_list("name", flat=True)) == {kept}


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2Jb", "a\x7fb"])
def test_a_name_has_no_control_characters_which_the_list_would_send_to_a_terminal(name):
    project = ProjectFactory()
    for refused in (
        ["issue_api_key", "--project", str(project.pk), "--name"],
        ["create_project", "acme/shop", "--key"],
    ):
        with pytest.raises(CommandError, match="is text of 1 to 200 characters in one line"):
            run(*refused, name)
    assert not ApiKey.objects.exists()


# ── All of them ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_these():
    assert COMMANDS == [
        "create_project", "disable_project", "enable_project", "issue_api_key", "list_api_keys", "revoke_api_key",
        "rotate_api_key",
    ]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_its_help_has_examples_that_it_understands(name):
    command = load_command_class("projects", name)
    parser = command.create_parser("manage.py", name)
    examples = [line.partition(" | ")[0].partition("  #")[0] for line in command.examples.strip().splitlines()]
    assert examples
    assert all(line.strip() in parser.format_help() for line in command.examples.strip().splitlines())
    for example in examples:
        program, called, *args = split(example)
        assert (program, called) == ("manage.py", name)
        parser.parse_args(args)
    assert {"as_json"} <= vars(parser.parse_args(args)).keys()
