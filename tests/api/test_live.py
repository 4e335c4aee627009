"""Over real connections, against real server processes."""

from concurrent.futures import ThreadPoolExecutor

from generations.models import Generation
from tests.api.live import serve
from tests.client import GENERATIONS

BODY = b'{"prompt": "a cat", "autoEnhance": false}'


def test_of_200_requests_at_once_exactly_100_are_admitted_across_processes(
    server, key, database_url, redis_url, tmp_path
):
    (tmp_path / "other").mkdir()
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BROKER_URL": redis_url}
    with serve(tmp_path / "other", workers=2, **addresses) as other, ThreadPoolExecutor(50) as programs:
        answers = list(programs.map(lambda number: (server, other)[number % 2].call(key), range(200)))
    admitted = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers if answer.status == 200]
    refused = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers if answer.status == 429]
    assert sorted(admitted, reverse=True) == list(range(99, -1, -1))
    assert refused == [0] * 100


def test_a_body_in_chunks_is_read(server, key):
    head = f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: {key}\r\n".encode()
    head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (BODY[:7], BODY[7:]))

    answer = server.send(head + chunks + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert Generation.objects.get().original_prompt == "a cat"

    too_much = b"%x\r\n%b\r\n" % (1024 * 1024 + 1, b" " * (1024 * 1024 + 1))
    assert b'"code":"PAYLOAD_TOO_LARGE"' in server.send(head + too_much + chunks + b"0\r\n\r\n")
    assert b'"prompt: This field is required."' in server.send(head + b"2\r\n{}\r\n0\r\n\r\n")
    assert b'"code":"VALIDATION_ERROR"' in server.send(head + b"0\r\n\r\n")
    assert Generation.objects.count() == 1


def test_a_client_that_hangs_up_in_the_middle_of_its_body_leaves_nothing(server, key):
    head = f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
    answer = server.send(f"{head}Content-Length: 1000\r\n\r\n".encode() + BODY, then_hang_up=True)
    assert b"The body ends before its Content-Length." in answer
    server.send(f"{head}Transfer-Encoding: chunked\r\n\r\n7\r\n".encode() + BODY[:7], then_hang_up=True)
    assert server.call(key).status == 200
    assert Generation.objects.count() == 0


def test_a_body_that_is_announced_too_large_is_not_waited_for(server, key):
    head = f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: {key}\r\n"
    answer = server.send(f"{head}Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 413 ")


ODD_REQUESTS = {
    f"GET {GENERATIONS}/%ff%00%0d%0aX:y HTTP/1.1\r\nHost: localhost": b"404",
    f"GET {GENERATIONS}?status=%00 HTTP/1.1\r\nHost: localhost": b"400",
    f"GET {GENERATIONS} HTTP/1.1": b"400",
    f"GET {GENERATIONS} HTTP/1.1\r\nHost: b@d host": b"400",
    f"GET {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ÿþéabcdefg": b"200",
    f"GET {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: abcdefgh\nSet-Cookie: a=b": b"200",
    f"TRACE {GENERATIONS} HTTP/1.1\r\nHost: localhost": b"405",
    f"BREW {GENERATIONS} HTTP/1.1\r\nHost: localhost": b"405",
    f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1": b"400",
    f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1_0": b"400",
    f"GET /{'x' * 100_000} HTTP/1.1\r\nHost: localhost": b"4",
}


def test_what_the_server_itself_makes_of_odd_requests(server, key):
    for odd, status in ODD_REQUESTS.items():
        answer = server.send(f"{odd}\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        assert answer.startswith(b"HTTP/1.1 " + status), (odd[:100], answer)
        assert b"set-cookie" not in answer.lower()
    assert server.call(key).status == 200


def test_every_log_line_of_a_request_names_it(server, key):
    created = server.call(key, "POST", body=BODY, **{"X-Request-Id": "log-me-please"})
    assert (created.status, created.headers["X-Request-Id"]) == (201, "log-me-please")
    server.call(key, path=f"{GENERATIONS}/x", **{"X-Request-Id": "log-me-as-well"})
    lines = server.log_lines()
    named = [(line["event"], line.get("code")) for line in lines if line.get("request_id") == "log-me-please"]
    assert named == [("generation_created", None), ("request_finished", 201)]
    generation_id = created.json()["data"]["id"]
    assert {line["request_id"] for line in lines if line.get("generation_id") == generation_id} == {"log-me-please"}


def test_no_log_line_shows_a_key_or_a_prompt(server, key):
    server.call(key, "POST", body=b'{"prompt": "a very private cat"}')
    server.call(key[:-1] + "x")
    log = server.log.read_text()
    assert "request_finished" in log
    assert key[13:-1] not in log
    assert "very private" not in log


def test_connections_stay_open_for_every_kind_of_answer(server, key):
    connection = server.connect()

    def request(method, path, **headers):
        connection.request(method, path, headers={"X-API-Key": key} | headers)
        answer = connection.getresponse()
        return answer, answer.read()

    listed, body = request("GET", GENERATIONS)
    assert (listed.status, int(listed.headers["Content-Length"])) == (200, len(body))
    assert listed.headers["Transfer-Encoding"] is None
    path = server.call(key, "POST", body=BODY).headers["Location"]
    head, body = request("HEAD", path)
    assert (head.status, body) == (200, b"")
    again, body = request("GET", path, **{"If-None-Match": head.headers["ETag"]})
    assert (again.status, body) == (304, b"")
    gone, body = request("DELETE", path)
    assert (gone.status, body) == (200, b'{"success":true,"message":"Generation deleted"}')
    connection.close()
