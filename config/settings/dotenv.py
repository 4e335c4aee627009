"""The .env file, read as Docker Compose reads an ``env_file``, with one difference: nothing is replaced in it.

A name, ``=``, a value; ``export``, blanks around both, either kind of quotes, and a comment behind a blank. A ``$`` is
a dollar sign; Compose takes it for the beginning of a name, except in single quotes, where both mean the same. A line
that is neither is refused, never skipped. https://docs.docker.com/compose/how-tos/environment-variables/env-file/
"""

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
NOTHING = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
COMMENT = re.compile(r"(?:^|[ \t])#.*")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def read_dotenv(path: Path) -> dict[str, str]:
    """Every variable of the file; none where there is no file. ImproperlyConfigured names the line that is no good."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.__class__.__name__}.") from None
    return parse_dotenv(text, name=path.name)


def parse_dotenv(text: str, *, name: str = ".env") -> dict[str, str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        if blank := NOTHING.match(text, at):
            at = blank.end()
            continue
        line = text.count("\n", 0, at) + 1
        variable = NAME.match(text, at)
        if not variable:
            raise ImproperlyConfigured(f"{name}, line {line}: neither NAME=value nor a comment.")
        value, at = read_value(text, variable.end())
        rest = NOTHING.match(text, at)
        if value is None or not rest:
            raise ImproperlyConfigured(f"{name}, line {line}: the quotes around the value of {variable[1]} do not fit.")
        found[variable[1]] = value
        at = rest.end()
    return found


def read_value(text: str, at: int) -> tuple[str | None, int]:
    """The value that begins here, and where it ends; None where its quotes are never closed."""
    if text.startswith("'", at):
        single = SINGLE.match(text, at)
        return (single[1].replace("\\'", "'"), single.end()) if single else (None, at)
    if text.startswith('"', at):
        double = DOUBLE.match(text, at)
        return (re.sub(r"\\(.)", unescape, double[1]), double.end()) if double else (None, at)
    bare, _, _ = text[at:].partition("\n")
    return COMMENT.sub("", bare, count=1).strip(), at + len(bare)


def unescape(match: re.Match[str]) -> str:
    return ESCAPED.get(match[1], match[1])
