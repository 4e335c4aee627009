"""Each variable of .env.example: empty, blank, commented, quoted, with a dollar sign, of a wrong type, out of range.

It has its documented meaning, or is refused in one sentence with its name.
"""

import re
from functools import cache

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.dotenv import parse_dotenv
from config.settings.environment import Declared
from tests.config.settings.reading import LAPTOP, PRODUCTION, settings_of
from tests.production.files import ROOT, example_variables, settings_variables

OWN = '{"acme": {"BACKEND": "acme.Acme", "OPTIONS": {"key": "pa$word # \'1\'"}}}'
# Of those whose kind does not say it: a good value that is not the default.
GOOD = {
    "DATABASE_URL": "postgres://easel:pa$word@db.example/easel?sslmode=require",
    "REDIS_URL": "redis://:pa$word@cache.example:6379/3",
    "BROKER_URL": "amqp://easel:pa$word@mq.example:5672//",
    "STORAGE_URL": "s3://key:pa$word@bucket?endpoint=https://s3.example&region=eu-central-1",
    "IMAGE_PROVIDERS": OWN,
    "PROMPT_ENHANCERS": OWN,
    "IMAGE_PROVIDER_CHAIN": "gemini",
    "ENHANCER": "gemini",
    "ALLOWED_HOSTS": "easel.example,[::1]",
    "CSRF_TRUSTED_ORIGINS": "https://easel.example",
    "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8,fd00::/8",
    "OPENAI_IMAGE_HOSTS": "pictures.example,.cdn.example",
    "DIFFUSERS_MODEL": "~/weights",
    "MEDIA_ACCEL_REDIRECT": "/protected/",
}
FORMS = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "STORAGE_URL", "IMAGE_PROVIDERS", "PROMPT_ENHANCERS", "ENHANCER",
         "CSRF_TRUSTED_ORIGINS", "WEBHOOK_ALLOWED_NETWORKS", "MEDIA_ACCEL_REDIRECT")  # fmt: skip
# What has to be there for a variable to mean anything.
WITH = {
    "ENVIRONMENT": PRODUCTION,
    "HSTS_PRELOAD": {"HSTS_SECONDS": "31536000", "HSTS_INCLUDE_SUBDOMAINS": "true"},
    "DIFFUSERS_": {"DIFFUSERS_MODEL": "owner/name"},
    "OPENAI_": {"OPENAI_API_KEY": "k", "ENHANCER": "openai"},
    "GEMINI_": {"GEMINI_API_KEY": "k", "ENHANCER": "gemini"},
}
NAMES = sorted(settings_variables())
DECLARED = settings_of(LAPTOP).env.declared
NUMBERS = sorted(name for name in NAMES if DECLARED[name].kind in {"int", "float"})


def outcome(variables, dotenv=None) -> str:
    """All that the settings say, or the sentence with which they refuse."""
    return read(tuple(sorted(variables.items())), tuple(sorted((dotenv or {}).items())))


@cache
def read(variables, dotenv) -> str:
    try:
        found = settings_of(dict(variables), dotenv=dict(dotenv))
    except ImproperlyConfigured as error:
        return f"REFUSED {error}"
    said = {name: value for name, value in vars(found).items() if name.isupper()}
    return re.sub(r"0x[0-9a-f]{6,}", "0x", re.sub(r"\b(\d+)\.0\b", r"\1", repr(said)))


@cache
def with_what(name) -> dict[str, str]:
    """A laptop's variables, without this one, on which it has a meaning."""
    needs = next((needs for of, needs in WITH.items() if name.startswith(of)), {})
    return {other: value for other, value in (LAPTOP | needs).items() if other != name}


@cache
def default(name) -> str:
    return outcome(with_what(name))


def good(name) -> str:
    kind: Declared = DECLARED[name]
    if name in GOOD:
        return GOOD[name]
    if kind.choices:
        return kind.choices[-1]
    if kind.kind in {"int", "float"}:
        return str(
            kind.at_least if default(name) != outcome(with_what(name) | {name: str(kind.at_least)}) else kind.at_most
        )
    if kind.kind == "bool":
        return "true" if default(name) != outcome(with_what(name) | {name: "true"}) else "false"
    return {"path": "~/some where", "url": "https://host.example:8443", "str": "pa$word # '1'"}[kind.kind]


@pytest.mark.parametrize("name", NAMES)
def test_empty_and_blank_and_commented_are_the_default(name):
    for base in (with_what(name), {key: value for key, value in PRODUCTION.items() if key != name}):
        missing = outcome(base)
        assert outcome(base | {name: ""}) == outcome(base | {name: " \t"}) == missing
        assert not missing.startswith("REFUSED") or name in missing
    base = with_what(name)
    for line in (
        f"{name}=",
        f"{name} = ",
        f"{name}=''",
        f'{name}=""',
        f"# {name}={good(name)}",
        f"{name}= # a comment",
    ):
        assert outcome(base, parse_dotenv(line)) == default(name), line


@pytest.mark.parametrize("name", NAMES)
def test_what_is_set_is_done_however_it_is_written(name):
    value = good(name)
    done = outcome(with_what(name) | {name: value})
    assert not done.startswith("REFUSED"), done
    assert done != default(name)
    single, double = value.replace("'", "\\'"), re.sub(r'(["\\])', r"\\\1", value)
    lines = [f"{name}='{single}'", f'export {name} = "{double}"\r', f"\ufeff{name}='{single}' # a comment"]
    if not set("#'\"") & set(value):
        lines += [f"{name}={value}", f" {name} =  {value}  ", f"{name}={value} # a comment"]
    for line in lines:
        assert parse_dotenv(line.removeprefix("\ufeff")) == {name: value}
    of_file = outcome(with_what(name), {name: value})
    assert of_file == done or name in {"OPENAI_API_KEY", "GEMINI_API_KEY"}  # a shell's are announced


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["$HOME", "soon"])
def test_a_word_is_taken_as_it_is_or_refused_by_name(name, value):
    said = outcome(with_what(name) | {name: value})
    if said.startswith("REFUSED"):
        assert re.fullmatch(rf"REFUSED {name} [^\n]+\.", said)
        assert "$" not in said.removeprefix(f"REFUSED {name}")
    else:
        assert DECLARED[name].kind in {"str", "path", "list"}
        assert value in said
        assert said != default(name)


def test_what_is_no_text_takes_no_word():
    """Of the same: these have refused both."""
    typed = [name for name in NAMES if DECLARED[name].kind not in {"str", "path", "list"} or DECLARED[name].choices]
    for name in [*typed, *FORMS]:
        assert outcome(with_what(name) | {name: "soon"}).startswith(f"REFUSED {name} "), name
    for name in [*typed, *FORMS, "ALLOWED_HOSTS", "OPENAI_IMAGE_HOSTS"]:  # whose word is a host
        assert outcome(with_what(name) | {name: "$HOME"}).startswith(f"REFUSED {name} "), name


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_has_a_range_which_is_explained_and_kept(name):
    kind = DECLARED[name]
    assert None not in (kind.at_least, kind.at_most), f"give {name} at_least and at_most"
    for number in (kind.at_least - 1, kind.at_most + 1, "-0.001", "1e99", "nan", "inf"):
        said = outcome(with_what(name) | {name: str(number)})
        assert re.match(rf"REFUSED {name} is a (whole )?number from {kind.at_least} to {kind.at_most}; empty is", said)
    assert f"{kind.at_least} to {kind.at_most}" in explained(name), f"{name}: {kind.at_least} to {kind.at_most}"


def explained(name) -> str:
    """The comment above it in .env.example, as one line."""
    blocks = (ROOT / ".env.example").read_text().split("\n\n")
    block = next(block for block in blocks if re.search(rf"^(# )?{name}=", block, re.MULTILINE))
    return " ".join(line.removeprefix("# ") for line in block.splitlines())


EXAMPLES = {"ALLOWED_HOSTS", "PUBLIC_URL"}


@pytest.mark.parametrize("name", [name for name in NAMES if example_variables().get(name) and name not in EXAMPLES])
def test_what_is_shown_is_the_default(name):
    shown = example_variables()[name]
    assert outcome(with_what(name) | {name: shown}) == default(name)


def test_the_file_as_it_is_changes_nothing_on_a_laptop():
    as_it_is = parse_dotenv((ROOT / ".env.example").read_text())
    base = {name: value for name, value in LAPTOP.items() if name != "DATA_DIR"}
    assert outcome(base, as_it_is) == outcome(base)


def test_uncommented_it_changes_nothing_either():
    """But for the examples, and the threads that granian would not know of."""
    text = re.sub(r"(?m)^# (?=[A-Z][A-Z0-9_]+=)", "", (ROOT / ".env.example").read_text())
    everything = parse_dotenv(text)
    assert set(everything) == set(example_variables())
    assert outcome(LAPTOP, {name: value for name, value in everything.items() if name not in EXAMPLES}) == outcome(
        LAPTOP
    )
