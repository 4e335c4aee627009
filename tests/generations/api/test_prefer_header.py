"""RFC 7240: what counts as a wish to wait."""

import pytest

from generations.api.prefer_header import preferred_wait_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=10", 10),
        ("Wait = 10", 10),
        ('wait="10"', 10),
        ("respond-async, wait=10", 10),
        ("wait=10,respond-async", 10),
        ('foo; bar="a, wait=5; b"; baz, wait=10; x=y', 10),
        ("return=minimal,,wait=10,", 10),
        ("wait=10, wait=20", 10),
        ("wait=3600", 60),
        ("wait=999999999", 60),
        ("wait=0", 0),
        ("", 0),
        ("respond-async", 0),
        ("wait", 0),
        ("wait=", 0),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=ten", 0),
        ("wait=１０", 0),
        ("wait=" + "9" * 5000, 0),
        ("waiting=10", 0),
        ('foo="wait=10', 0),
        ("wait=abc, wait=10", 0),
        ("@#, wait=10", 0),
        (";;;" * 1000, 0),
        ("a" * 100_000 + "@", 0),
    ],
)
def test_a_wish_to_wait(header, seconds):
    assert preferred_wait_s(header) == seconds
