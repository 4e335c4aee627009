"""The rate limit over real connections: exact, however many ask at once, and the same price by every way around it."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from generations.models import Generation
from tests.api.live import serve
from tests.client import GENERATIONS
from tests.factories import ApiKeyFactory, GenerationFactory

CLIENTS, EACH, LIMIT = 32, 10, 100
BODY = b'{"prompt": "a cat", "autoEnhance": false}'
JSON = b"Content-Type: application/json\r\n"
WANTS = [
    ("GET", GENERATIONS, None),
    ("POST", GENERATIONS, BODY),
    ("GET", f"{GENERATIONS}/x", None),
    ("PUT", GENERATIONS, None),
    ("POST", GENERATIONS, b"{"),
    ("HEAD", GENERATIONS, None),
    ("GET", "/api/v1/nowhere", None),
]


def test_32_clients_of_two_processes_get_exactly_what_the_limit_says(server, key, database_url, redis_url, tmp_path):
    """Whatever they ask for."""
    (tmp_path / "other").mkdir()
    with (
        serve(tmp_path / "other", DATABASE_URL=database_url, REDIS_URL=redis_url, BROKER_URL=redis_url) as other,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):

        def ask(number):
            wants = itertools.islice(itertools.cycle(WANTS), number, number + EACH)
            answers = [(server, other)[number % 2].call(key, *want) for want in wants]
            return [(answer.status, int(answer.headers["X-RateLimit-Remaining"])) for answer in answers]

        answers = list(itertools.chain.from_iterable(clients.map(ask, range(CLIENTS))))
    assert len(answers) == CLIENTS * EACH
    admitted = [left for status, left in answers if status != 429]
    assert sorted(admitted) == list(range(LIMIT))
    assert {left for status, left in answers if status == 429} == {0}
    assert Generation.objects.count() == sum(status == 201 for status, _ in answers)


# ── Every way around it ──────────────────────────────────────────────────────────────────────────────────────────────


def get(path=GENERATIONS, *headers, method="GET", version="1.1", key="X-API-Key: {key}", body=b""):
    """A request as bytes, but for the key and the ids in it."""
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", *([key] if key else []), *headers]
    return "\r\n".join(lines).encode() + b"\r\n", body


def post(*headers, path=GENERATIONS, body=BODY, method="POST", **more):
    return get(
        path,
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
        method=method,
        body=body,
        **more,
    )


def chunked(body):
    return get(
        GENERATIONS,
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        method="POST",
        body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
    )


FORWARDED = (
    "X-Forwarded-For: 8.8.8.8",
    "Forwarded: for=8.8.8.8",
    "X-Real-IP: 8.8.8.8",
    "X-Client-IP: 8.8.8.8",
    "CF-Connecting-IP: 8.8.8.8",
)
OVERRIDES = ("X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE")
# What is asked, how it is answered, and what it costs.
WAYS = {
    "plain": (get(), 200, 1),
    "header in small letters": (get(key="x-api-key: {key}"), 200, 1),
    "header in capitals": (get(key="X-API-KEY: {key}"), 200, 1),
    "header with blanks": (get(key="X-API-Key: \t {key} \t"), 200, 1),
    "header with underscores beside it": (get(GENERATIONS, "X_API_Key: nonsense"), 401, 0),
    "header twice": (get(GENERATIONS, "X-API-Key: {key}"), 401, 0),
    "header twice, empty first": (get(GENERATIONS, "X-API-Key: {key}", key="X-API-Key:"), 401, 0),
    "two keys in one": (get(key="X-API-Key: {key},{key}"), 401, 0),
    "key in the query only": (get(f"{GENERATIONS}?api_key={{key}}&X-API-Key={{key}}", key=""), 401, 0),
    "key in the query too": (get(f"{GENERATIONS}?api_key=nonsense&X-API-Key=nonsense"), 200, 1),
    "key in a cookie only": (get(GENERATIONS, "Cookie: X-API-Key={key}", key=""), 401, 0),
    "key in Authorization only": (get(GENERATIONS, "Authorization: Bearer {key}", key=""), 401, 0),
    "key in Authorization too": (get(GENERATIONS, "Authorization: ApiKey nonsense"), 200, 1),
    "from another address": (get(GENERATIONS, *FORWARDED), 200, 1),
    "trailing slash": (get(f"{GENERATIONS}/"), 404, 1),
    "double slash": (get("/api/v1//generations"), 404, 1),
    "double slash first": (get("//api/v1/generations"), 404, 0),
    "encoded path": (get("/%61pi/v1/gener%61tions"), 200, 1),
    "encoded slash": (get("/api%2Fv1%2Fgenerations"), 200, 1),
    "dots": (get("/api/v1/x/../generations"), 404, 1),
    "capitals": (get("/API/v1/generations"), 404, 0),
    "semicolon": (get(f"{GENERATIONS};a=b"), 404, 1),
    "whole URL": (get(f"http://localhost{GENERATIONS}"), 200, 1),
    "HEAD": (get(method="HEAD"), 200, 1),
    "OPTIONS": (get(method="OPTIONS"), 405, 1),
    "made-up method": (get(method="BREW"), 405, 1),
    "method in small letters": (get(method="get"), 200, 1),
    "method overridden": (post(*OVERRIDES), 201, 1),
    "method overridden in the query": (post(path=f"{GENERATIONS}?_method=DELETE"), 201, 1),
    "other URL in a header": (get(GENERATIONS, "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz"), 200, 1),
    "POST": (post(), 201, 1),
    "POST that is answered again": (post("Idempotency-Key: once"), 201, 1),
    "POST that is answered again, again": (post("Idempotency-Key: once"), 201, 1),
    "POST with another body": (post("Idempotency-Key: once", body=b'{"prompt": "a dog"}'), 422, 1),
    "POST in chunks": (chunked(BODY), 201, 1),
    "POST in chunks, no JSON": (chunked(b"{"), 400, 1),
    "no JSON": (post(body=b"{"), 400, 1),
    "not UTF-8": (post(body=b"\xff\xfe"), 400, 1),
    "no body": (post(body=b""), 400, 1),
    "too large": (post(body=b" " * (1024 * 1024 + 1)), 413, 1),
    "HTTP/1.0": (get(version="1.0"), 200, 1),
    "patient": (get("{own}", "Prefer: wait=1"), 200, 1),
    "stream": (get("{own}/events"), 200, 1),
    "stream, gone on with": (get("{own}/events", "Last-Event-ID: 1.0"), 200, 1),
    "stream of another": (get("{theirs}/events"), 404, 1),
    "conditional, news": (get("{own}", 'If-None-Match: "other"'), 200, 1),
    "conditional, nothing new": (get("{own}", "If-None-Match: *"), 304, 0),
    "conditional HEAD, nothing new": (get("{own}", "If-None-Match: *", method="HEAD"), 304, 0),
    "conditional, of another": (get("{theirs}", "If-None-Match: *"), 404, 1),
    "conditional, of nobody": (get("{nobody}", "If-None-Match: *"), 404, 1),
    "conditional, of a list": (get(GENERATIONS, "If-None-Match: *"), 200, 1),
    "conditional POST": (post("If-None-Match: *"), 201, 1),
    "conditional stream": (get("{own}/events", "If-None-Match: *"), 200, 1),
    "conditional DELETE of nothing": (get("{nobody}", "If-None-Match: *", method="DELETE"), 404, 1),
}  # fmt: skip


@pytest.fixture
def spent(redis_url, key):
    """How much of the key's window is used, as Redis has it."""

    def look():
        with redis.Redis.from_url(redis_url) as counts:
            return int(counts.get(f"easel:rate:{key[4:12]}") or 0)

    return look


@pytest.fixture
def raw(server, key):
    """Send these bytes over a connection of their own; the status of each answer that comes."""
    api_key = ApiKeyFactory._meta.model.objects.get(key_id=key[4:12])
    own, theirs = GenerationFactory(project=api_key.project, success=True), GenerationFactory(success=True)
    names = {
        "{own}": f"{GENERATIONS}/{own.pk}",
        "{theirs}": f"{GENERATIONS}/{theirs.pk}",
        "{nobody}": f"{GENERATIONS}/00000000-0000-4000-8000-000000000000",
        "{key}": key,
    }

    def fill(head):
        for name, text in names.items():
            head = head.replace(name.encode(), text.encode())
        return head

    def send(*requests):
        *before, (head, body) = requests
        wire = b"".join(fill(other) + b"\r\n" + its_body for other, its_body in before)
        answers = server.send(wire + fill(head) + b"Connection: close\r\n\r\n" + body)
        return [int(part[2:5]) for part in answers.split(b"HTTP/1.")[1:] if part[1:2] == b" "]

    send.own = own
    return send


def test_every_way_costs_what_it_should_and_never_less(raw, spent):
    wrong = {}
    for name, (request, status, cost) in WAYS.items():
        before = spent()
        seen = (raw(request), spent() - before)
        if seen != ([status], cost):
            wrong[name] = seen
    assert wrong == {}
    assert Generation.objects.filter(pk=raw.own.pk).exists()


def test_requests_in_one_pipeline_are_counted_each(raw, spent):
    assert raw(*[get()] * 7) == [200] * 7
    assert spent() == 7


def test_a_request_smuggled_in_the_body_of_another_is_not_served_uncounted(raw, spent):
    hidden = b"0\r\n\r\n" + b"GET " + GENERATIONS.encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    smuggler = get(
        GENERATIONS,
        "Content-Type: application/json",
        f"Content-Length: {len(hidden)}",
        "Transfer-Encoding: chunked",
        method="POST",
        body=hidden,
    )
    answers = raw(smuggler)
    assert set(answers) <= {400, 401}
    assert spent() == answers.count(400)


def test_once_it_is_used_up_no_way_leads_on(raw, spent, key):
    """Nothing is served and nothing done; only a poll that finds nothing new stays free, and of one's own alone."""
    ApiKeyFactory._meta.model.objects.filter(key_id=key[4:12]).update(rate_limit_per_hour=1)
    assert raw(get()) == [200]
    before = Generation.objects.count()
    for name, (request, status, cost) in WAYS.items():
        answers = raw(request)
        expected = {429} if cost else {status}
        assert set(answers) <= expected, name
    assert (spent(), Generation.objects.count()) == (1, before)
