"""Which addresses may be connected to. Python's own is_global and is_private disagree with some of these."""

import socket
import threading

import pytest

from projects.outbound import addresses
from projects.outbound.addresses import NOT_PUBLIC, UNKNOWN, AddressRefused, is_permitted, resolve

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.215.14 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0
192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2a00:1450:4001::1 2c0f:ffff::1
""".split()  # noqa: SIM905 — a table, not a column
REFUSED = """
0.0.0.0 0.0.0.1 0.255.255.255
10.0.0.0 10.0.0.1 10.255.255.255
100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255
168.63.129.16
169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255
172.16.0.0 172.17.0.1 172.31.255.255
192.0.0.0 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.170 192.0.0.192 192.0.0.255
192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1
192.168.0.0 192.168.1.1 192.168.255.255
198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.9
224.0.0.1 232.1.2.3 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::7f00:1 ::169.254.169.254 ::8.8.8.8
::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b:1::1 64:ff9b:1:ffff::a9fe:a9fe
100::1 100:0:0:1::1 1fff:ffff::1
2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1
2001:db8::1 2001:db8:ffff::1
2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2002:808:808::1
2620:4f:8000::1 3ffe::1 3fff::1 3fff:fff::1 4000::1 5f00::1
fc00::1 fd00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fe80::a9fe:a9fe fe80::1%eth0 2606:4700::1%eth0
febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1
""".split()  # noqa: SIM905 — a table, not a column
NOT_ADDRESSES = [
    "",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "127.0.0.1 ",
    "１２７.0.0.1",
    "::1]",
    "localhost",
    "1.2.3.4/8",
]


def test_there_are_enough_of_them():
    assert len(REFUSED) >= 60


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_permitted(address):
    assert is_permitted(address)


@pytest.mark.parametrize("address", REFUSED)
def test_any_other_is_refused(address):
    assert not is_permitted(address)


@pytest.mark.parametrize("address", NOT_ADDRESSES)
def test_what_is_no_address_in_its_usual_form_is_refused(address):
    assert not is_permitted(address)


def test_a_setting_permits_networks_for_development(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8", " fd00::/8"]
    assert is_permitted("127.0.0.1")
    assert is_permitted("fd00::1")
    for still_refused in ("10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        assert not is_permitted(still_refused)


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def names(monkeypatch):
    """What the resolver says, by name."""
    known: dict[str, list[str]] = {}

    def getaddrinfo(host, port, **options):
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)
    return known


def test_a_host_with_public_addresses_is_resolved_to_them(names):
    names["a.example"] = ["93.184.215.14", "93.184.215.14", "2606:4700:4700::1111"]
    assert resolve("a.example", 443, within_s=1) == ["93.184.215.14", "2606:4700:4700::1111"]


@pytest.mark.parametrize("hidden", ["127.0.0.1", "169.254.169.254", "::1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"])
@pytest.mark.parametrize("place", [0, 1])
def test_one_refused_address_among_public_ones_is_enough(names, hidden, place):
    names["a.example"] = ["93.184.215.14", "1.1.1.1"]
    names["a.example"][place] = hidden
    with pytest.raises(AddressRefused, match=NOT_PUBLIC):
        resolve("a.example", 443, within_s=1)


def test_an_unknown_host_is_refused(names):
    with pytest.raises(AddressRefused, match=UNKNOWN):
        resolve("nowhere.example", 443, within_s=1)


def test_a_silent_resolver_is_not_waited_for(monkeypatch):
    answers = threading.Event()
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **options: answers.wait(5) and [])
    with pytest.raises(AddressRefused, match=UNKNOWN):
        resolve("slow.example", 443, within_s=0.05)
    answers.set()


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433", "0", "ip6-localhost"])
def test_the_systems_own_resolver_leads_nowhere_else(host):
    with pytest.raises(AddressRefused):
        resolve(host, 80, within_s=5)
