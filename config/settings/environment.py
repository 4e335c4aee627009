"""The one place that reads an environment variable: its value as it is written, or its default, or one sentence.

Empty or blank is the default, and blanks around a value do not count. What a variable cannot mean is refused with its
name and what it can mean, and never with its value, which may be a secret.
"""

import math
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.dotenv import read_dotenv

Default = TypeVar("Default")
Number = TypeVar("Number", int, float)
# Methods below have these names.
_str: TypeAlias = str
_int: TypeAlias = int
_float: TypeAlias = float
_bool: TypeAlias = bool
_list: TypeAlias = list

TRUE = {"true", "on", "yes", "y", "1", "ok"}
FALSE = {"false", "off", "no", "n", "0"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a variable may be; both ends of the range belong to it, None is no end."""

    kind: str
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()


class Env:
    """Variables by name; ``declared`` is what was asked for so far."""

    def __init__(self, variables: Mapping[str, str], *, of_file: Collection[str] = ()) -> None:
        self._variables = variables
        self._of_file = of_file
        self.declared: dict[str, Declared] = {}

    @classmethod
    def of_this_process(cls, dotenv: Path) -> "Env":
        """The process' own, and those of the file that it has not, not even empty; libraries see these as well."""
        added = {name: value for name, value in read_dotenv(dotenv).items() if name not in os.environ}
        os.environ.update(added)
        return cls(os.environ, of_file=added.keys())

    def is_of_file(self, name: _str) -> _bool:
        """Whether it is set, and by the .env file."""
        return name in self._of_file and bool(self._text(name))

    def str(self, name: _str, *, default: _str = "", choices: Collection[_str] = ()) -> _str:
        """Any text, or one of ``choices`` in whatever case."""
        self.declared[name] = Declared("str", choices=tuple(choices))
        text = self._text(name)
        if not text or not choices:
            return text or default
        for choice in choices:
            if text.casefold() == choice.casefold():
                return choice
        raise refusal(name, f"is {' or '.join(choices)}")

    def bool(self, name: _str, *, default: _bool) -> _bool:
        self.declared[name] = Declared("bool")
        text = self._text(name).casefold()
        if text and text not in TRUE | FALSE:
            raise refusal(name, "is true or false")
        return text in TRUE if text else default

    def int(
        self, name: _str, *, default: Default, at_least: _float | None = None, at_most: _float | None = None
    ) -> _int | Default:
        self.declared[name] = Declared("int", at_least, at_most)
        text = self._text(name)
        return self._number(name, text, int, "a whole number") if text else default

    def float(
        self, name: _str, *, default: Default, at_least: _float | None = None, at_most: _float | None = None
    ) -> _float | Default:
        self.declared[name] = Declared("float", at_least, at_most)
        text = self._text(name)
        return self._number(name, text, float, "a number") if text else default

    def list(
        self, name: _str, *, default: Collection[_str] = (), each: Callable[[_str], object] | None = None, of: _str = ""
    ) -> _list[_str]:
        """Parts between commas, without the empty ones; the default where there is none. ``of`` says what each is."""
        self.declared[name] = Declared("list")
        found = [part for part in map(_str.strip, self._text(name).split(",")) if part]
        if each and not all(map(each, found)):
            raise refusal(name, f"is a list, with commas, of {of}")
        return found or [*default]

    def path(self, name: _str, *, default: Default, within: Path) -> Path | Default:
        """A file or folder: ``~`` is one's home, and what is relative lies in ``within``."""
        self.declared[name] = Declared("path")
        text = self._text(name)
        return absolute_path(text, within=within) if text else default

    def url(self, name: _str, *, default: _str = "") -> _str:
        """An address of the web, without the slash at its end."""
        self.declared[name] = Declared("url")
        text = self._text(name)
        if text and not is_web_address(text):
            raise refusal(name, "is an address like https://host or http://host:8000/path, without a user or a query")
        return text.rstrip("/") or default

    def _text(self, name: _str) -> _str:
        return self._variables.get(name, "").strip()

    def _number(self, name: _str, text: _str, read: Callable[[_str], Number], kind: _str) -> Number:
        low, high = self.declared[name].at_least, self.declared[name].at_most
        try:
            # Python itself takes 1_000, and digits of any script.
            number = read(text) if text.isascii() and "_" not in text else None
        except ValueError:
            number = None
        if number is None or not lies_between(number, low, high):
            raise refusal(name, f"is {kind}{described(low, high)}")
        return number


def refusal(name: str, what_it_is: str) -> ImproperlyConfigured:
    """The one sentence: which variable, and what it can be."""
    return ImproperlyConfigured(f"{name} {what_it_is}; empty is the default. See .env.example.")


def lies_between(number: float, low: float | None, high: float | None) -> bool:
    finite = -math.inf < number < math.inf  # and no NaN, and an int of any size
    return finite and (low is None or number >= low) and (high is None or number <= high)


def described(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f", {low} or more"
    return f", {high} or less" if low is None else f" from {low} to {high}"


def absolute_path(text: str, *, within: Path) -> Path:
    """``~`` is one's home, and what is relative lies in ``within``; links stay as they are."""
    # Path's own raises where somebody has no home.
    return Path(os.path.normpath(within / os.path.expanduser(text)))  # noqa: PTH111


def is_web_address(text: str) -> bool:
    """``http`` or ``https``, a host, perhaps a port and a path, and nothing else."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    printable = text.isascii() and text.isprintable() and not set(" ?#\\") & set(text)
    return whole and printable and parts.scheme in {"http", "https"}
