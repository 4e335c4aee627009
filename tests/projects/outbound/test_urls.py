"""URLs of endpoints: read narrowly, refused in words."""

import pytest

from projects.outbound.urls import Target, UrlRefused, parse_target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/hooks", Target("https", "a.example", 443, "/hooks")),
        ("https://A.Example", Target("https", "a.example", 443, "/")),
        ("HTTPS://a.example:8443/x?y=1&z=%20", Target("https", "a.example", 8443, "/x?y=1&z=%20")),
        ("http://93.184.215.14/", Target("http", "93.184.215.14", 80, "/")),
        ("https://[2606:4700::1111]:443/", Target("https", "2606:4700::1111", 443, "/")),
        ("https://xn--bcher-kva.example/", Target("https", "xn--bcher-kva.example", 443, "/")),
        ("https://my_host-1.example/", Target("https", "my_host-1.example", 443, "/")),
    ],
)
def test_a_good_url(url, target):
    assert parse_target(url) == target


def test_the_host_header_names_the_port_only_where_it_is_another():
    assert parse_target("https://a.example:443/").host_header == "a.example"
    assert parse_target("https://a.example:8443/").host_header == "a.example:8443"
    assert parse_target("http://[2606:4700::1]:8080/").host_header == "[2606:4700::1]:8080"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "javascript:alert(1)",
        "https://",
        "https:///hooks",
        "https://user@a.example/",
        "https://user:password@a.example/",
        "https://@a.example/",
        "https://a.example@127.0.0.1/",
        "https://a.example/#fragment",
        "https://a.example/#",
        "https://a.example/with blank",
        "https://a.example/\t",
        " https://a.example/",
        "https://a.example\n.evil.example/",
        "https://a.example\r\nX-Injected: 1/",
        "https://a.example\\@127.0.0.1/",
        "https://bücher.example/",
        "https://１２７.0.0.1/",
        "https://ⓛocalhost/",
        "https://127。0。0。1/",
        "https://a.example:0/",
        "https://a.example:22/",
        "https://a.example:25/",
        "https://a.example:1023/",
        "https://a.example:65536/",
        "https://a.example:-1/",
        "https://a.example:http/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://0/",
        "https://1.2.3/",
        "https://1.2.3.4.5/",
        "https://1.2.3.4./",
        "https://a.example./",
        "https://a..example/",
        "https://.example/",
        "https://-a.example/",
        "https://a%2eexample/",
        "https://%31%32%37.0.0.1/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://::1/",
        "https://[127.0.0.1]/",
        "https://[v1.a]/",
        f"https://{'a' * 64}.example/",
        f"https://a.example/{'a' * 2048}",
    ],
)
def test_a_bad_url_is_refused(url):
    with pytest.raises(UrlRefused):
        parse_target(url)


def test_production_sends_to_https_only(settings):
    settings.WEBHOOK_ALLOW_HTTP = False
    assert parse_target("https://a.example/")
    with pytest.raises(UrlRefused, match="https://"):
        parse_target("http://a.example/")
