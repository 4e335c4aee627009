"""What can be proved of the image and the compose file without Docker."""

import re
import subprocess
import sys

import pytest

from tests.production.files import (
    FILLED_IN,
    ROOT,
    command_of,
    compose,
    dockerfile,
    example_variables,
    read_variables,
    service,
    settings_variables,
)

OURS = {"web", "worker", "migrate"}
# What the other images document.
THEIRS = {
    "postgres": {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"},
    "redis": {"REDISCLI_AUTH"},
    "s3": {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
}
OF_GRANIAN = {"GRANIAN_HOST"}
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
SECRETS_OF_COMPOSE = ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]
OF_COMPOSE = {*SECRETS_OF_COMPOSE, "WEB_ADDRESS", "WORKER_CONCURRENCY", "WORKER_MEMORY"}


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


def megabytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


# ── .env.example ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_names_every_variable_that_is_read_and_no_other():
    in_compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert in_compose == OF_COMPOSE
    assert set(example_variables()) == settings_variables() | OF_COMPOSE | OF_GRANIAN


def test_the_settings_read_each_variable_once_and_nobody_else_reads_any():
    names = read_variables()
    assert len(names) == len(set(names))
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("[cegp]*/**/*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert readers == {f"config/{name}.py" for name in ("celery", "wsgi", "settings/__init__", "settings/environment")}


def test_the_example_holds_no_secret():
    values = example_variables()
    secrets = ["SECRET_KEY", *SECRETS_OF_COMPOSE, "METRICS_TOKEN", "OPENAI_API_KEY", "GEMINI_API_KEY"]
    assert {values[name] for name in secrets} == {""}


# ── docker-compose.yml ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_compose_file_has_every_part_and_publishes_the_web_port_alone():
    services = compose()["services"]
    assert set(services) == OURS | set(THEIRS)
    assert {name: part["ports"] for name, part in services.items() if "ports" in part} == {
        "web": ["${WEB_ADDRESS:-127.0.0.1:8000}:8000"]
    }


@pytest.mark.parametrize("name", sorted(OURS | set(THEIRS)))
def test_a_service_sets_only_variables_that_are_read(name):
    environment = service(name, FILLED_IN).get("environment", {})
    assert set(environment) <= (THEIRS[name] if name in THEIRS else settings_variables())


@pytest.mark.parametrize("name", sorted(OURS | set(THEIRS)))
def test_a_service_restarts_and_says_whether_it_is_well(name):
    part = service(name, FILLED_IN)
    if name == "migrate":
        assert (part["restart"], part["healthcheck"]) == ("no", {"disable": True})
    else:
        assert part["restart"] == "unless-stopped"
        assert name == "web" or part["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_of_ours_gets_its_secrets_from_the_env_file(name):
    part = compose()["services"][name]
    assert part["env_file"] == ".env"
    assert all("${" in part["environment"][url] for url in ("DATABASE_URL", "STORAGE_URL"))
    assert part["init"] is True
    assert part["read_only"] is True


@pytest.mark.parametrize("missing", SECRETS_OF_COMPOSE)
def test_nothing_starts_without_its_secrets(missing):
    with pytest.raises(AssertionError, match=f"{missing} is not set in .env"):
        service("web", FILLED_IN | {missing: ""})


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_wait_for_what_they_need(name):
    needs = {part: need["condition"] for part, need in service(name, FILLED_IN)["depends_on"].items()}
    assert needs == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_healthy",
        "s3": "service_healthy",
    }


def test_a_worker_is_left_the_time_that_it_takes_to_end():
    worker = service("worker", FILLED_IN)
    assert seconds(worker["stop_grace_period"]) > float(worker["environment"]["WORKER_GRACE_S"])
    kill_timeout = int(dockerfile()[-1]["CMD"][-1][dockerfile()[-1]["CMD"][-1].index("--workers-kill-timeout") + 1])
    assert seconds(service("web", FILLED_IN)["stop_grace_period"]) > kill_timeout


def test_the_web_counts_in_a_folder_of_its_own_that_is_empty_at_each_start():
    """What fills another one, such as an upload, ends no process that counts."""
    web = service("web", FILLED_IN)
    folders = [mount.partition(":")[0] for mount in web["tmpfs"]]
    assert sorted(folders) == sorted(["/tmp", web["environment"]["PROMETHEUS_MULTIPROC_DIR"]])


@pytest.mark.parametrize("name", sorted(OURS | set(THEIRS)))
def test_a_service_has_bounds(name):
    """Of memory, in which what it has in its temporary folders counts; of its log; and of what it may become."""
    part = service(name, FILLED_IN)
    in_memory = [megabytes(size) for mount in part.get("tmpfs", []) for size in re.findall(r"size=(\w+)", mount)]
    assert megabytes(part["mem_limit"]) > sum(in_memory)
    assert (part["logging"]["driver"], set(part["logging"]["options"])) == ("json-file", {"max-size", "max-file"})
    assert part["security_opt"] == ["no-new-privileges:true"]
    # SeaweedFS has not been tried without it.
    assert part.get("read_only", False) is (name != "s3")


def test_redis_asks_for_its_password_and_all_who_speak_to_it_give_it():
    redis = service("redis", FILLED_IN)
    assert redis["command"][-2:] == ["--requirepass", "redis-password"]
    assert redis["environment"] == {"REDISCLI_AUTH": "redis-password"}
    for name in OURS:
        environment = service(name, FILLED_IN)["environment"]
        for variable in ("REDIS_URL", "BROKER_URL"):
            assert environment[variable].startswith("redis://:redis-password@redis:6379/")


def test_redis_may_fill_its_memory_before_the_kernel_ends_it():
    """It refuses what is too much; the rest of its memory is for its clients' buffers."""
    command = service("redis", FILLED_IN)["command"]
    most = megabytes(command[command.index("--maxmemory") + 1].removesuffix("b"))
    assert most <= megabytes(service("redis", FILLED_IN)["mem_limit"]) * 3 / 4


def test_what_is_kept_has_a_volume():
    data = compose()
    assert set(data["volumes"]) == {"postgres", "s3"}
    assert data["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert data["services"]["s3"]["volumes"] == ["s3:/data"]


def test_the_s3_store_is_reached_where_it_listens():
    assert "-s3.port=9000" in command_of("s3", FILLED_IN)
    assert "-bucket=easel" in command_of("s3", FILLED_IN)
    assert service("web", FILLED_IN)["environment"]["STORAGE_URL"] == (
        "s3://key-id:secret-key@easel?endpoint=http://s3:9000&served_by=web"
    )


# ── Dockerfile ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_image_is_built_in_stages_and_runs_as_nobody_special():
    build, final = dockerfile()
    assert build["FROM"] == ["python:3.11-slim AS build"]
    assert final["FROM"] == ["python:3.11-slim"]
    assert final["USER"] == ["10001"]
    assert not [line for line in final.get("RUN", []) if "pip" in line]


def test_the_image_installs_what_is_locked_with_its_hashes():
    assert (
        "pip install --no-deps --require-hashes --requirement /tmp/requirements-vendors.lock" in dockerfile()[0]["RUN"]
    )


def test_a_checkout_installs_what_is_locked_and_lets_pip_resolve_nothing():
    """A lock file names all. Of `google-auth[requests]`, pip would take a newer release than that of `google-auth`."""
    installs = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("INSTALL =")]
    assert [set(line.split()) >= {"--no-deps", "--require-hashes"} for line in installs] == [True]


def test_the_image_sets_only_variables_that_are_read():
    assigned = {name for line in dockerfile()[-1]["ENV"] for name in re.findall(r"(\w+)=", line)}
    assert assigned == OF_PYTHON | OF_GRANIAN | {"ENVIRONMENT", "DATA_DIR", "GRANIAN_BLOCKING_THREADS"}
    assert assigned - OF_PYTHON - OF_GRANIAN <= settings_variables()
    assert any("ENVIRONMENT=production" in line for line in dockerfile()[-1]["ENV"])


def test_no_secret_is_in_the_image():
    assert not re.search(r"SECRET|PASSWORD|KEY", str(dockerfile()[-1]))
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(line for line in ignored if line and not line.startswith("#")) == "*"
    assert not [line for line in ignored if line.startswith("!.")]


def test_the_image_holds_every_package_of_ours():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert kept == packages | {"manage.py", "requirements-vendors.lock", "templates"}


def test_the_files_for_pages_are_collected_as_the_image_does(tmp_path):
    (line,) = [line for line in dockerfile()[0]["RUN"] if "collectstatic" in line]
    settings = dict(re.findall(r"([A-Z_]+)=(\S+)", line))
    assert settings["ENVIRONMENT"] == "production"
    code = (
        "import django, sys; from django.conf import settings; django.setup(); settings.STATIC_ROOT = sys.argv[1];"
        "from django.core.management import call_command; call_command('collectstatic', interactive=False, verbosity=0)"
    )
    environment = {"PATH": "", "DJANGO_SETTINGS_MODULE": "config.settings", **settings}
    subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, env=environment, check=True)
    assert (tmp_path / "staticfiles.json").exists()
