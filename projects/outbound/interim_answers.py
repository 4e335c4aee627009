"""Interim answers (RFC 9110, 15.2): 102, 103 and those to come tell of an answer and are none.

Python's http.client waits past 100 alone. Whoever uses it takes another one for the answer, and the answer itself for
that to the next request over the same connection.
"""

from http.client import HTTPException, HTTPResponse
from typing import Any

# Without 101: nobody asked to switch to another protocol, so that nothing could follow it.
INTERIM = range(102, 200)
MOST_INTERIM_ANSWERS = 20


class FinalResponse(HTTPResponse):
    """Reads on behind interim answers."""

    headers: Any

    def begin(self) -> None:
        super().begin()
        for _ in range(MOST_INTERIM_ANSWERS):
            if self.status not in INTERIM:
                return
            self.headers = None
            super().begin()
        raise HTTPException("interim answers without end")
