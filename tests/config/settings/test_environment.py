"""One place reads a variable: as it is written, its default where it is empty, or one sentence with its name."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import Env
from config.settings.hosts import HOSTS, NETWORKS, ORIGINS, is_host, is_network, is_origin


def env(value):
    return Env({"A": value})


@pytest.mark.parametrize("empty", ["", " ", "\t \n"])
def test_empty_is_the_default_of_whatever_kind(empty):
    read = env(empty)
    assert (read.str("A"), read.str("A", default="d"), read.str("A", default="d", choices=["d", "e"])) == ("", "d", "d")
    assert (read.bool("A", default=True), read.bool("A", default=False)) == (True, False)
    assert (read.int("A", default=5, at_least=9), read.int("A", default=None)) == (5, None)
    assert (read.float("A", default=0.5), read.list("A"), read.list("A", default=["d"])) == (0.5, [], ["d"])
    assert (read.path("A", default=None, within=Path("/")), read.url("A")) == (None, "")


def test_a_missing_one_is_its_default_too():
    assert Env({}).int("A", default=5) == 5


@pytest.mark.parametrize("text", ["$", "pa$word", "$HOME", "${A}", "#", "a#b", "'", "a\\nb", "100%", "%41", "ü"])
def test_text_is_taken_as_it_is_written(text):
    assert env(text).str("A") == text


@pytest.mark.parametrize(("text", "value"), [("true", True), ("ON", True), ("1", True), ("No", False), ("0", False)])
def test_yes_and_no_have_their_usual_spellings(text, value):
    assert env(text).bool("A", default=not value) is value


@pytest.mark.parametrize(("text", "value"), [("5", 5), (" 7 ", 7), ("-1", -1), ("+2", 2)])
def test_a_whole_number(text, value):
    assert env(text).int("A", default=0) == value


@pytest.mark.parametrize("text", ["five", "5.0", "1_000", "0x10", "1e3", "٣", "5 s", "$5", "9" * 5000])
def test_no_whole_number(text):
    with pytest.raises(ImproperlyConfigured, match=r"^A is a whole number from 1 to 10; empty is the default\."):
        env(text).int("A", default=5, at_least=1, at_most=10)


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "-inf", "1e999", "1,5", "1_0.5", "0.09", "10.1"])
def test_no_number_or_one_out_of_range(text):
    with pytest.raises(ImproperlyConfigured, match=r"^A is a number from 0\.1 to 10; empty is the default\."):
        env(text).float("A", default=5, at_least=0.1, at_most=10)


def test_both_ends_of_a_range_belong_to_it():
    assert [env(text).int("A", default=5, at_least=0, at_most=10) for text in ("0", "10")] == [0, 10]


def test_a_list_has_no_empty_parts():
    assert env(" a, b ,,c, ").list("A") == ["a", "b", "c"]
    assert env(",").list("A", default=["d"]) == ["d"]


def test_a_choice_is_taken_in_whatever_case_and_any_other_refused():
    assert env("debug").str("A", choices=["INFO", "DEBUG"]) == "DEBUG"
    with pytest.raises(ImproperlyConfigured, match=r"^A is INFO or DEBUG; "):
        env("loud").str("A", choices=["INFO", "DEBUG"])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b", "/a/b"),
        ("b", "/here/b"),
        ("./b/", "/here/b"),
        ("../b", "/b"),
        ("~/b", "/home/somebody/b"),
        ("~nobody-of-that-name/b", "/here/~nobody-of-that-name/b"),
    ],
)
def test_a_path_is_absolute_from_then_on(monkeypatch, text, path):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert env(text).path("A", default=None, within=Path("/here")) == Path(path)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://easel.example/", "https://easel.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/v1/", "http://[::1]:8000/v1"),
    ],
)
def test_an_address_loses_the_slash_at_its_end(text, url):
    assert env(text).url("A") == url


@pytest.mark.parametrize(
    "text",
    ["easel.example", "ftp://a.example", "https://", "https://u:hidden@a.example", "https://a b", "https://a.example?b=c",
     "https://a.example#b", "https://a:port", "https://[::1", "https://a\\b", "//a.example"],
)  # fmt: skip
def test_no_address(text):
    with pytest.raises(ImproperlyConfigured, match=r"^A is an address like https://host") as caught:
        env(text).url("A")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("each", "of", "good", "bad"),
    [
        (is_host, HOSTS, ["easel.example", ".easel.example", "localhost", "10.0.0.1", "[::1]", "*", "a_b.example."],
         ["https://easel.example", "easel.example:8000", "::1", "a b", "easel.example/", "*.a.example", "[1.2.3.4]"]),
        (is_origin, ORIGINS, ["https://easel.example", "http://a:8000", "https://*.a.example", "http://[::1]:8000"],
         ["easel.example", "https://easel.example/", "https://a.example/b", "https://*", "ftp://a.example"]),
        (is_network, NETWORKS, ["10.0.0.0/8", "127.0.0.1", "fd00::/8"], ["10.0.0.1/8", "10.0.0.0/33", "lan", "::g"]),
    ],
)  # fmt: skip
def test_what_a_list_is_of(each, of, good, bad):
    assert env(", ".join(good)).list("A", each=each, of=of) == good
    for text in bad:
        with pytest.raises(ImproperlyConfigured) as caught:
            env(f"{good[0]},{text}").list("A", each=each, of=of)
        assert str(caught.value) == f"A is a list, with commas, of {of}; empty is the default. See .env.example."


def test_the_file_adds_what_the_process_has_not_not_even_empty(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("ADDED='pa$word'\nEMPTY=of the file\nOWN=of the file\n")
    monkeypatch.setattr(os, "environ", {"EMPTY": "", "OWN": "own"})
    read = Env.of_this_process(tmp_path / ".env")
    assert [read.str(name) for name in ("ADDED", "EMPTY", "OWN")] == ["pa$word", "", "own"]
    assert [read.is_of_file(name) for name in ("ADDED", "EMPTY", "OWN", "NOWHERE")] == [True, False, False, False]
    assert os.environ == {"ADDED": "pa$word", "EMPTY": "", "OWN": "own"}  # where libraries look
