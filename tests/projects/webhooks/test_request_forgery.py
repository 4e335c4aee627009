"""Ninety ways to make this server call its neighbours: refused at the door and at delivery, no canary is reached."""

import socket
import time
from ipaddress import ip_address

import pytest

from projects.outbound import addresses, connection
from projects.webhooks.dispatcher import Dispatcher
from projects.webhooks.models import Delivery, Endpoint, Status
from tests.factories import DeliveryFactory, WebhookFactory
from tests.projects.webhooks.canaries import canaries, own_address
from tests.projects.webhooks.receivers import receiver, status

pytestmark = pytest.mark.django_db

PUBLIC = "93.184.215.14"
# Where the machine's own address is a public one, it may be called like any other.
OWN = [] if ip_address(own_address()).is_global else [own_address()]
HOSTS = """
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3
127.1 127.0.1 0x7f.1 0x7f.0.0.1 0x7f000001 0X7F.0.0.1 0177.0.0.1 0177.1 00177.0.0.01 017700000001 2130706433 0 0x0 00
127.0.0.1. 127.1. 127.0.0.1.. 127.0.0.01 127.0.0.256 4294967297
10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 169.254.170.2 100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192
192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
[::1] [::] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:0:127.0.0.1]
[::ffff:169.254.169.254] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::7f00:1] [2002:7f00:1::]
[2002:a9fe:a9fe::] [2001:0:7f00:1::] [fc00::1] [fd00:ec2::254] [fe80::1] [fe80::1%25lo] [::1%25lo] [::1%lo]
[fec0::1] [ff02::1] [100::1] [2001:db8::1] [::ffff:127.1] [v1.127]
localhost LOCALHOST localhost. localhost.localdomain ip6-localhost
""".split()  # noqa: SIM905 — a table, not a column
NAMES = {
    "private.example": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "6to4.example": ["2002:7f00:1::"],
    "linklocal.example": ["fe80::1%lo"],
    "unspecified.example": ["0.0.0.0"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "mixed-before.example": ["127.0.0.1", PUBLIC],
    "mixed6.example": ["2606:4700:4700::1111", "::1"],
    "own.example": OWN or ["127.0.0.1"],
}
TRICKS = """
http://good@127.0.0.1:{port}/ http://good:pass@127.0.0.1:{port}/ http://93.184.215.14@127.0.0.1:{port}/
http://127.0.0.1:{port}\\@93.184.215.14/ http://93.184.215.14\\@127.0.0.1:{port}/ http:\\\\127.0.0.1:{port}/
http://127.0.0.1:{port}#@93.184.215.14/ http://93.184.215.14#@127.0.0.1:{port}/ http:127.0.0.1:{port}/
http:///127.0.0.1:{port}/ //127.0.0.1:{port}/ ftp://127.0.0.1:{port}/ gopher://127.0.0.1:{port}/_x
http://１２７.0.0.1:{port}/ http://①②⑦.⓪.⓪.①:{port}/ http://127。0。0。1:{port}/ http://127．0．0．1:{port}/
http://127｡0｡0｡1:{port}/ http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/ http://%31%32%37.0.0.1:{port}/ http://127%2e0.0.1:{port}/
http://loc\u00adalhost:{port}/ http://127.0.0.1%00.example:{port}/
""".split()  # noqa: SIM905
WITH_BLANKS = [
    "http://93.184.215.14\r\nHost: 127.0.0.1:{port}/",
    "http://93.184.215.14 @127.0.0.1:{port}/",
    "http://93.184.215.14\t@127.0.0.1:{port}/",
    "\nhttp://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "http://127.0.0.1\n:{port}/",
]
URLS = [f"http://{host}:{{port}}/" for host in (*HOSTS, *NAMES, *OWN)] + TRICKS + WITH_BLANKS


@pytest.fixture
def there():
    with canaries() as listening:
        yield listening


@pytest.fixture
def names(monkeypatch):
    """The resolver, which knows the names of this test; numbers, and the machine's own names, go to the real one."""
    real, known = socket.getaddrinfo, dict(NAMES)

    def getaddrinfo(host, port, *args, **options):
        if not str(host).endswith(".example"):
            return real(host, port, *args, **options)
        if host not in known:
            raise socket.gaierror
        answer = known[host]
        found = answer() if callable(answer) else answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def called(monkeypatch):
    """Every address that was connected to; the public ones are not there, so that nothing leaves this machine."""
    real, tried = socket.create_connection, []

    def create_connection(address, *args, **options):
        tried.append(address[0])
        if address[0] == PUBLIC:
            raise ConnectionRefusedError
        return real(address, *args, **options)

    monkeypatch.setattr(connection.socket, "create_connection", create_connection)
    return tried


def deliver_all():
    """Rounds of a dispatcher until each delivery has had its attempt."""
    dispatcher = Dispatcher()
    ends_at = time.monotonic() + 60
    while Delivery.objects.filter(status=Status.PENDING, error="").exists():
        assert time.monotonic() < ends_at
        dispatcher.work()
        time.sleep(0.02)
    dispatcher.pool.close()


def test_there_are_enough_of_them():
    assert len(set(URLS)) >= 90


def test_each_is_refused_at_the_door(api, there, names, called):
    for url in URLS:
        answer = api.post("/api/v1/webhooks", {"url": url.format(port=there.port)})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR"), url
    assert not Endpoint.objects.exists()
    assert called == there.reached == []


def test_one_that_has_come_past_the_door_is_refused_at_delivery(there, names, called):
    """Its name led elsewhere when it was written down, or the server allowed more."""
    for url in URLS:
        DeliveryFactory(endpoint=WebhookFactory(url=url.format(port=there.port)))
    deliver_all()
    assert Delivery.objects.filter(attempt=1, status_code=None).exclude(error="").count() == len(URLS)
    assert called == there.reached == []


def test_an_allowed_one_is_reached_so_that_these_tests_can_see(there, names, called, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8", f"{own_address()}/32", "::1/128"]
    hosts = ["127.0.0.1", "127.0.0.2", own_address(), *(["::1"] if socket.AF_INET6 in there.families else [])]
    for host in hosts:
        url = f"http://[{host}]:{there.port}/" if ":" in host else f"http://{host}:{there.port}/"
        DeliveryFactory(endpoint=WebhookFactory(url=url))
    deliver_all()
    assert sorted(there.reached) == sorted(called) == sorted(hosts)


def test_a_name_that_turns_private_after_it_was_approved_is_refused(api, there, names, called):
    now = [PUBLIC]
    names["rebind.example"] = lambda: now
    url = f"http://rebind.example:{there.port}/"
    assert api.post("/api/v1/webhooks", {"url": url}).status_code == 201
    now[:] = ["127.0.0.1"]
    DeliveryFactory(endpoint=Endpoint.objects.get())
    deliver_all()
    assert Delivery.objects.get().error == addresses.NOT_PUBLIC
    assert called == there.reached == []


def test_a_name_that_turns_private_between_the_look_and_the_call_is_called_where_it_was(there, names, called):
    answers = iter([[PUBLIC], *[["127.0.0.1"]] * 9])
    names["rebind.example"] = lambda: next(answers)
    DeliveryFactory(endpoint=WebhookFactory(url=f"http://rebind.example:{there.port}/"))
    deliver_all()
    assert Delivery.objects.get().error == "The connection was refused."
    assert called == [PUBLIC]
    assert there.reached == []


@pytest.mark.parametrize("code", [300, 301, 302, 303, 305, 307, 308])
def test_a_redirect_to_a_neighbour_is_not_followed(there, names, called, settings, code):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with receiver(status(code, f"Location: http://127.0.0.2:{there.port}/", "Refresh: 0; url=http://[::1]/")) as first:
        DeliveryFactory(endpoint=WebhookFactory(url=first.url))
        deliver_all()
    assert Delivery.objects.get().status_code == code
    assert called == ["127.0.0.1"]
    assert there.reached == []
