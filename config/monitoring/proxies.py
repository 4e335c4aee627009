"""What a proxy in front has to do for Easel, and Easel cannot see from a request: doctor asks through PUBLIC_URL.

WSGI has one variable for X_Forwarded_For and X-Forwarded-For, and granian lets the last of them win. Its own interface
RSGI hands over the names as they were sent, but has an event loop between itself and the threads that work: the same
answer costs 0.2 ms of CPU more, and a GET by id takes 3. So dropping the names is left to the proxy, and checked.
"""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

from generations.monitoring.consistency import Finding
from generations.worker.repairs import leave
from projects.api.error_pages import MISSPELT

TIMEOUT_S = 5
CHANGE_THE_PROXY = (
    "have the proxy drop names with an underscore, or set Forwarded and tell Easel so by FORWARDED_HEADER=Forwarded"
)


class NotAsked(Exception):
    """Why the proxy could not be asked."""


def examine_proxy() -> Iterator[Finding]:
    """Whether a client could choose the address by which its wrong passwords are counted; NotAsked where nobody knows.

    Without a proxy that is trusted, or with Forwarded, which has no second spelling, there is nothing to ask.
    """
    trusts_it = settings.TRUSTED_PROXIES and settings.FORWARDED_HEADER == "X-Forwarded-For"
    if trusts_it and settings.PUBLIC_URL and passes_underscores_on(settings.PUBLIC_URL):
        yield Finding(
            f"What answers at {settings.PUBLIC_URL} passes on names with an underscore: "
            "a client's X_Forwarded_For takes the place of its address.",
            leave(CHANGE_THE_PROXY),
        )


def passes_underscores_on(url: str) -> bool:
    """Whether a name with an underscore arrives at Easel from there.

    Content_Type stands for them all: it is the one that Easel can tell from the exact name, and refuses by a sentence.
    """
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        with closing(connect(parts.netloc, timeout=TIMEOUT_S)) as connection:
            connection.request("GET", "/healthz", headers={"Content_Type": "text/plain"})
            answer = connection.getresponse()
            status, body = answer.status, answer.read(10_000)
    except (OSError, HTTPException) as error:
        raise NotAsked(f"{type(error).__name__}: {error}") from error
    if MISSPELT.encode() in body:
        return True
    if status != 200:
        raise NotAsked(f"/healthz is answered {status} there")
    return False
