"""One attempt: a POST, bounded in time and in what is read of the answer. No redirect is followed."""

import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead

from projects.outbound.addresses import AddressRefused, resolve
from projects.outbound.connection import Deadline, Line, connect, encrypt
from projects.outbound.connection_pool import Pool
from projects.outbound.interim_answers import FinalResponse
from projects.outbound.urls import Target, UrlRefused, parse_target

TIMEOUT_S = 15.0
ANSWER_MAX_BYTES = 64 * 1024
USER_AGENT = "Easel-Webhooks/1"
GONE = 410
MAY_NAME_A_PAUSE = {429, 503}


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: status and body of the answer, if there was one; an error for people, unless it is 2xx."""

    status_code: int | None = None
    error: str = ""
    answer: str = ""
    duration_ms: int = 0
    retry_after_s: float = 0

    @property
    def is_success(self) -> bool:
        return not self.error


def send(url: str, headers: dict[str, str], body: str, pool: Pool | None = None) -> Result:
    """Post the body, over a connection of the pool where there is one; whatever goes wrong is in the result."""
    if pool is None:
        with closing(Pool()) as own:
            return send(url, headers, body, own)
    began = time.monotonic()
    try:
        found = exchange(parse_target(url), headers, body.encode(), pool)
    except (UrlRefused, AddressRefused, OSError, HTTPException) as error:
        found = Result(error=explain(error))
    duration_ms = round((time.monotonic() - began) * 1000)
    return Result(found.status_code, found.error, found.answer, duration_ms, found.retry_after_s)


def exchange(target: Target, headers: dict[str, str], body: bytes, pool: Pool) -> Result:
    """Ask over a kept connection, or over a new one: also where the kept one had been hung up by the receiver."""
    deadline = Deadline(TIMEOUT_S)
    if line := pool.take(target):
        before, line.deadline = line.received, deadline
        try:
            return converse(line, target, headers, body, pool)
        except (ConnectionError, ssl.SSLError):
            if line.received > before:
                raise
    return converse(call(target, deadline), target, headers, body, pool)


def call(target: Target, deadline: Deadline) -> Line:
    """Look the host up, and connect to what was found permitted."""
    addresses = resolve(target.host, target.port, within_s=deadline.left())
    connection = connect(addresses, target.port, deadline)
    if target.scheme == "http":
        return Line(connection, deadline)
    try:
        return Line(encrypt(connection, target.host, deadline), deadline)
    except BaseException:
        connection.close()
        raise


def converse(line: Line, target: Target, headers: dict[str, str], body: bytes, pool: Pool) -> Result:
    """One exchange; the line is kept if it may carry another one, and else it ends."""
    result, may_go_on = None, False
    try:
        result, may_go_on = ask(line, target, headers, body)
        return result
    finally:
        if may_go_on:
            pool.keep(target, line)
        else:
            line.hang_up()


def ask(line: Line, target: Target, headers: dict[str, str], body: bytes) -> tuple[Result, bool]:
    """Post and read. Also return whether the receiver waits for more over this connection."""
    connection = HTTPConnection(target.host, target.port)
    connection.response_class = FinalResponse
    connection.sock = line
    own = {
        "Host": target.host_header,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
    }
    connection.request("POST", target.path, body, own | headers)
    response = connection.getresponse()
    answer = response.read(ANSWER_MAX_BYTES)
    if response.length and len(answer) < ANSWER_MAX_BYTES:
        raise IncompleteRead(answer, response.length)
    # PostgreSQL keeps no NUL.
    text = answer.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    result = Result(response.status, judge(response.status), text, retry_after_s=pause_of(response))
    return result, response.isclosed() and not response.will_close


def judge(status_code: int) -> str:
    """What is wrong with an answer of this status; nothing with 2xx."""
    if 200 <= status_code < 300:
        return ""
    if 300 <= status_code < 400:
        return f"It answered {status_code}; redirects are not followed."
    if status_code == GONE:
        return "It answered 410 Gone."
    return f"It answered {status_code}."


def pause_of(response: HTTPResponse) -> float:
    """Seconds that the receiver asks for, as a number or as a date that its own clock is compared with; else 0."""
    text = response.headers.get("Retry-After", "").strip()
    if response.status not in MAY_NAME_A_PAUSE or not text:
        return 0
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return 0


def explain(error: Exception) -> str:
    """An error of the line in words, without an address of ours."""
    match error:
        case UrlRefused() | AddressRefused():
            return str(error)
        case TimeoutError():
            return f"No complete answer within {TIMEOUT_S:.0f} seconds."
        case ssl.SSLCertVerificationError():
            return f"The TLS certificate is not valid: {error.verify_message.rstrip('.')}."
        case ssl.SSLError():
            return "The TLS handshake failed."
        case ConnectionRefusedError():
            return "The connection was refused."
        case ConnectionError() | IncompleteRead():
            return "The connection closed before the response was complete."
        case HTTPException():
            return "The answer is not HTTP."
        case _:
            return "Its host cannot be reached."
