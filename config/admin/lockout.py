"""Who guesses passwords is locked out for a while: what django-axes has to know, and what the locked out see."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from projects.api.connection_pool import slots
from projects.api.error_pages import answer

IPV6_PREFIX = 64  # one customer controls at least a /64, so count networks


def client_address(request: HttpRequest) -> str | None:
    """The address that counts: who spoke to us, or to the outermost of the proxies that we trust.

    Each proxy adds to the right end of the header whom it was called by; what stands further left is hearsay. Which of
    two headers it is, FORWARDED_HEADER says.
    """
    trusted = settings.TRUSTED_PROXIES
    if settings.FORWARDED_HEADER == "Forwarded":
        hops = [forwarded_for(element) for element in request.META.get("HTTP_FORWARDED", "").split(",")]
    else:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < trusted <= len(hops) and (forwarded := parse_address(without_port(hops[-trusted]))):
        return forwarded
    return parse_address(request.META.get("REMOTE_ADDR", ""))


def forwarded_for(element: str) -> str:
    """The ``for`` of one element of a Forwarded header (RFC 7239); empty if it has none."""
    pairs = (pair.partition("=") for pair in element.split(";"))
    return next((value.strip().strip('"') for name, _, value in pairs if name.strip().lower() == "for"), "")


def without_port(node: str) -> str:
    """``[2001:db8::1]:443`` and ``192.0.2.1:443``, as some proxies write them, without the port."""
    node = node.strip()
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def parse_address(text: str) -> str | None:
    """An IPv4 address, or the network of an IPv6 one; None for anything else."""
    try:
        address: IPv4Address | IPv6Address | None = ip_address(text.strip())
    except (AddressValueError, ValueError):
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address)
        address = address.ipv4_mapped
    return str(address)


def answer_locked_out(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """The login page, without a form: for how long, and that nobody else is."""
    wait = settings.AXES_COOLOFF_TIME
    minutes = int(wait.total_seconds() // 60)
    context = {**admin.site.each_context(request), "title": "Log in", "minutes": minutes}
    page = render(request, "admin/locked_out.html", context, status=429)
    page["Retry-After"] = str(int(wait.total_seconds()))
    return page


class Handler(AxesDatabaseHandler):
    """Counts the failures of a name from an address, and those of all names from it, which may be more."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """As many as one name has, or as large a part of its limit as the address has used up of its own."""
        since = timezone.now() - settings.AXES_COOLOFF_TIME
        from_address = AccessAttempt.objects.filter(ip_address=client_address(request), attempt_time__gte=since)
        failures: int = from_address.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
        part = failures * settings.AXES_FAILURE_LIMIT // settings.LOGIN_FAILURES_PER_ADDRESS
        return max(int(super().get_failures(request, credentials)), part)


class LoginsInTurnMiddleware:
    """Passwords are looked at one after the other in this process, and a few may wait for that, outside of slots.

    So guesses cost one core at most, and none begins before the failures of those before it are counted.
    """

    # Of the process, which has one of these middlewares, or one for each of a test's clients.
    places = threading.BoundedSemaphore(4)
    turn = threading.Lock()
    TOO_MANY = "Too many are logging in at this moment. Try again in a few seconds."

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or request.path != reverse("admin:login"):
            return self.get_response(request)
        if not self.places.acquire(blocking=False):
            response = answer(request, 429, "RATE_LIMIT_EXCEEDED", self.TOO_MANY)
            response["Retry-After"] = "5"
            return response
        try:
            with self._in_turn():
                return self.get_response(request)
        finally:
            self.places.release()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with slots.aside():
            self.turn.acquire()
        try:
            yield
        finally:
            self.turn.release()
