"""Dockerfile, docker-compose.yml and .env.example, read as their tools read them."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
# A .env in which every secret is filled in.
FILLED_IN = {
    "SECRET_KEY": "django-secret-" + "k" * 40,
    "POSTGRES_PASSWORD": "postgres-password",
    "REDIS_PASSWORD": "redis-password",
    "S3_ACCESS_KEY_ID": "key-id",
    "S3_SECRET_ACCESS_KEY": "secret-key",
}
SETTINGS = ("config/settings/__init__.py", "config/settings/image_providers.py", "config/settings/prompt_enhancers.py")


def settings_variables() -> set[str]:
    """Every environment variable that the settings read."""
    return set(read_variables())


def read_variables() -> list[str]:
    """As often as they are read."""
    sources = [(ROOT / path).read_text() for path in SETTINGS]
    return [name for source in sources for name in re.findall(r'\benv\.(?!is_of_file)\w+\(\s*"(\w+)"', source)]


def example_variables() -> dict[str, str]:
    """Every variable that .env.example names, commented out or not, with its value."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    matches = (re.fullmatch(r"(?:# )?([A-Z][A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[1]: match[2] for match in matches if match}


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors resolved and its variables as they are written."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def interpolated(text: str, variables: dict[str, str]) -> str:
    """Fill in ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}``; ``$$`` is a dollar."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if found := variables.get(match[1]):
            return found
        assert match[2] != ":?", f"{match[1]} {match[3]}"
        return match[3] or ""

    return re.sub(r"\$\$|\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", value, text)


def service(name: str, variables: dict[str, str]) -> dict[str, Any]:
    """One service as it would run."""
    return dict(yaml.safe_load(interpolated(json.dumps(compose()["services"][name]), variables)))


def command_of(name: str, variables: dict[str, str]) -> list[str]:
    """What a service runs: its own command, or the image's."""
    command = service(name, variables).get("command") or dockerfile()[-1]["CMD"][-1]
    return command if isinstance(command, list) else shlex.split(command)


def dockerfile() -> list[dict[str, list[Any]]]:
    """Each stage's instructions by their names; exec forms as lists."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    stages: list[dict[str, list[Any]]] = []
    for line in filter(None, re.sub(r"\\\n\s*", "", text).splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append({})
        stages[-1].setdefault(name, []).append(json.loads(rest) if rest.startswith("[") else rest)
    return stages
