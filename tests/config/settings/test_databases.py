"""DATABASE_URL: what is asked of libpq reaches it, and what cannot be is refused without a secret."""

from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config.settings.databases import KEEPALIVES, database


def read(url, tmp_path):
    return database(url, default=tmp_path / "easel.sqlite3", within=tmp_path)


def test_empty_is_sqlite_in_the_data_folder(tmp_path):
    found = read("", tmp_path)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "easel.sqlite3"))
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////srv/easel.db", "/srv/easel.db"),
        ("sqlite:///data/easel.db", "{here}/data/easel.db"),
        ("sqlite:///~/easel.db", "/home/somebody/easel.db"),
        ("sqlite:////srv/a%20b.db", "/srv/a b.db"),
    ],
)
def test_a_file_is_where_it_says(url, name, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert read(url, tmp_path)["NAME"] == name.format(here=tmp_path)


def test_user_password_host_port_and_name(tmp_path):
    found = read("postgres://ea%20sel:p%40ss%2Fw%24rd%25@[fd00::1]:6432/ea%73el", tmp_path)
    assert [found[field] for field in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ea sel", "p@ss/w$rd%", "fd00::1", "6432", "easel",
    ]  # fmt: skip
    assert found["OPTIONS"] == {"connect_timeout": 5, "tcp_user_timeout": 15_000, **KEEPALIVES}


def test_a_dollar_sign_is_one(tmp_path):
    assert read("postgresql://easel:pa$word@db/$name", tmp_path)["PASSWORD"] == "pa$word"
    assert read("postgres://easel:$@db/name", tmp_path)["PASSWORD"] == "$"


def test_every_parameter_reaches_libpq_and_stands_before_ours(tmp_path):
    (tmp_path / "ca.pem").touch()
    query = (
        "sslmode=verify-full&sslrootcert=ca.pem&application_name=easel&connect_timeout=3&target_session_attrs=read-write"
        "&options=-c%20statement_timeout%3D9000&channel_binding=prefer&keepalives_idle=30"
    )
    found = read(f"postgres://easel@a.example:5432,b.example:5433/easel?{query}", tmp_path)
    assert (found["HOST"], found["PORT"]) == ("a.example,b.example", "5432,5433")
    assert found["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": str(tmp_path / "ca.pem"),
        "application_name": "easel",
        "connect_timeout": "3",
        "target_session_attrs": "read-write",
        "options": "-c statement_timeout=9000",
        "channel_binding": "prefer",
        "tcp_user_timeout": 15_000,
        **KEEPALIVES,
        "keepalives_idle": "30",
    }
    assert read("postgres://a/b?sslmode=verify-full&sslrootcert=system", tmp_path)["OPTIONS"]["sslrootcert"] == "system"


@pytest.mark.parametrize("url", ["postgres://%2Frun%2Fpostgresql/easel", "postgres:///easel?host=/run/postgresql"])
def test_a_socket_of_this_machine(url, tmp_path):
    assert (read(url, tmp_path)["HOST"], read(url, tmp_path)["NAME"]) == ("/run/postgresql", "easel")


def test_a_server_without_tls_is_refused_where_tls_is_asked_for(tmp_path, database_url):
    """The tests' own PostgreSQL speaks none."""
    named = urlsplit(database_url)
    assert opened(named._replace(query="sslmode=disable").geturl(), tmp_path) == (1,)
    with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
        opened(named._replace(query="sslmode=require").geturl(), tmp_path)


def opened(url, tmp_path):
    """Connect as Django does with this URL, and ask for 1."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = {**wrapper.settings_dict, **read(url, tmp_path)}
    parameters = wrapper.get_connection_params()
    parameters.pop("cursor_factory")
    parameters.pop("context")
    with psycopg.connect(**parameters) as connection:
        return connection.execute("SELECT 1").fetchone()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a/b", "easel", "postgres://", "postgres://a", "postgres:///", "sqlite://", "sqlite:///", "sqlite://a.db",
        "sqlite:///a.db?timeout=5", "postgres://easel:hidden@with-an-at@a/b", "postgres://easel:hidden/slash@a/b",
        "postgres://easel:hid%zzden@a/b", "postgres://a:port/b", "postgres://a:99999/b", "postgres://a/b?sslmode",
        "postgres://a/b?conn_max_age=hidden", "postgres://a/b?sslmode=strict", "postgres://a/b?connect_timeout=soon",
        "postgres://a/b?sslmode=require&sslrootcert=system", "postgres://a/b?sslrootcert=no-such.pem",
        "postgres://a/b?target_session_attrs=any-old",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence_without_the_password(url, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL ") as caught:
        read(url, tmp_path)
    assert "hidden" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_parameter_that_is_none_is_named(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="'sslmod'"):
        read("postgres://a/b?sslmod=require", tmp_path)
