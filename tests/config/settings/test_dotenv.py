"""The .env file: what a line means, as Docker Compose documents it, and what is refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.dotenv import parse_dotenv, read_dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=v", "v"),
        ("A = v", "v"),
        ("  A\t=\tv  ", "v"),
        ("export A=v", "v"),
        ("  export  A = v", "v"),
        ("A=", ""),
        ("A=   ", ""),
        ("A= # nothing at all", ""),
        ("A=v # a comment", "v"),
        ("A=v# no comment", "v# no comment"),
        ("A=#fff", ""),
        ("A='v'", "v"),
        ('A="v"', "v"),
        ("A='v' # a comment", "v"),
        ('A="v # no comment" # a comment', "v # no comment"),
        ("A=' v '", " v "),
        ("A=''", ""),
        ("A='it\\'s'", "it's"),
        ('A="{\\"a\\": 1}"', '{"a": 1}'),
        ('A={"a": "b"}', '{"a": "b"}'),
        ('A="a\\tb\\\\n"', "a\tb\\n"),
        ("A='a\\tb'", "a\\tb"),
        ("A=a b c", "a b c"),
        ("A=a=b==", "a=b=="),
        ("A=pa$word", "pa$word"),
        ("A=$B", "$B"),
        ("A=${B}$$", "${B}$$"),
        ("A='pa$word'", "pa$word"),
        ('A="pa$word"', "pa$word"),
        ("A='-----BEGIN\nEND-----'", "-----BEGIN\nEND-----"),
        ("A=schön", "schön"),
    ],
)
def test_a_value_is_taken_as_it_is_written(line, value):
    assert parse_dotenv(f"B=before\n{line}\nC=behind\n") == {"B": "before", "A": value, "C": "behind"}


@pytest.mark.parametrize("beginning", ["\ufeff", "", "\n\n", "# a comment\n", "   # another\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_no_mark_and_no_kind_of_line_end_hides_the_first_variable(tmp_path, beginning, end):
    file = tmp_path / ".env"
    file.write_bytes(f"{beginning}A=1\nB=2".replace("\n", end).encode())
    assert read_dotenv(file) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    "line", ["A", "A v", "A: v", "=v", "2A=v", "A-B=v", "A='v", 'A="v', "A='v'w", '"A"=v', "set A=v", "<<<<<<< HEAD"]
)
def test_a_line_that_means_nothing_is_refused_by_its_number(line):
    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 3: "):
        parse_dotenv(f"B=1\n\n{line}\n")


def test_a_refusal_repeats_no_value():
    with pytest.raises(ImproperlyConfigured) as caught:
        parse_dotenv("SECRET_KEY='hidden-in-here")
    assert str(caught.value) == ".env, line 1: the quotes around the value of SECRET_KEY do not fit."


def test_without_a_file_there_are_no_variables(tmp_path):
    assert read_dotenv(tmp_path / ".env") == {}


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / ".env").write_bytes("A=schön".encode("latin-1"))
    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be read: UnicodeDecodeError\.$"):
        read_dotenv(tmp_path / ".env")
