"""Fetch a picture from the address in a vendor's answer, and be led nowhere else by it."""

import socket
import time
from dataclasses import dataclass
from ipaddress import ip_address

import httpx2
import structlog
from django.http.request import validate_host

from generations.providers.base import ProviderError
from generations.providers.errors import ErrorCode
from generations.providers.hosted.client import BoundedClient
from generations.providers.hosted.refusals import misconfigured, no_image, refusal, timed_out, unreachable
from projects.outbound.addresses import is_public

log = structlog.get_logger(__name__)

MOST_HOPS = 5
REDIRECTS = {301, 302, 303, 307, 308}
# The picture is painted and paid for: its link is tried again before another picture is asked for. It may also take a
# moment until the vendor's own storage shows it.
AGAIN_AFTER_S = (0.5, 2, 5)
DEAD_AT_ONCE = {400, 401, 405, 410, 451}


@dataclass(frozen=True, slots=True)
class ImageHosts:
    """From where pictures may come: the vendor's own address, or ``allowed`` hosts in the form of ALLOWED_HOSTS.

    Only the vendor's own address (host and port) may be private: an answer must not make this server ask its
    neighbours. All others are resolved here, and asked at the very address that was looked at.
    """

    own: httpx2.URL
    allowed: tuple[str, ...] = ()

    def fetch(self, address: str, *, max_bytes: int, timeout_s: float) -> bytes:
        """The bytes behind an answer's URL, which may be relative to the vendor's own; within ``timeout_s`` in all."""
        ends_at = time.monotonic() + timeout_s
        pauses = iter(AGAIN_AFTER_S)
        while True:
            try:
                response = self._follow(address, max_bytes, ends_at)
            except ProviderError as error:
                pause = next(pauses, None)
                if pause is None or not error.retryable or time.monotonic() + pause >= ends_at:
                    raise
            else:
                if response.status_code == httpx2.codes.OK:
                    return response.content
                pause = None if response.status_code in DEAD_AT_ONCE else next(pauses, None)
                if pause is None or time.monotonic() + pause >= ends_at:
                    raise expired(response)
            log.info("image_is_fetched_again", after_s=pause)
            time.sleep(pause)

    def _follow(self, address: str, max_bytes: int, ends_at: float) -> httpx2.Response:
        """The answer of the last address of a chain of redirects, each of which has to be approved like the first."""
        at = self.own
        for _ in range(MOST_HOPS + 1):
            at = self.approve(at, address)
            response = self._get(at, max_bytes, ends_at - time.monotonic())
            address = response.headers.get("Location", "")
            if response.status_code not in REDIRECTS or not address:
                return response
        raise no_image("The image service's link to the image leads in circles.", lasting=True)

    def _get(self, named: httpx2.URL, max_bytes: int, timeout_s: float) -> httpx2.Response:
        if timeout_s <= 0:
            raise timed_out()
        url = named if self.is_own(named) else pinned(named)
        # A proxy would resolve names anew.
        with BoundedClient(max_bytes=max_bytes, timeout_s=timeout_s, direct=True) as client:
            headers = {"Host": named.netloc.decode()}
            extensions = {"sni_hostname": named.host}
            return client.send(client.build_request("GET", url, headers=headers, extensions=extensions))

    def approve(self, base: httpx2.URL, address: str) -> httpx2.URL:
        """The URL that an address means, seen from where it was found; or ProviderError."""
        try:
            written = httpx2.URL(address)
            url = base.join(written)
        except httpx2.InvalidURL:
            raise broken() from None
        if url.scheme not in {"http", "https"} or url.userinfo or (written.scheme and not written.host):
            raise broken()
        if url.host != self.own.host and not validate_host(url.host, self.allowed):
            log.warning("image_host_refused", host=url.host)
            raise misconfigured("The image service keeps its images on a host that this server does not trust.")
        return url

    def is_own(self, url: httpx2.URL) -> bool:
        return (url.host, port(url)) == (self.own.host, port(self.own))


def pinned(url: httpx2.URL) -> httpx2.URL:
    """The same URL at the address that its host has now, which has to be a public one."""
    try:
        found = socket.getaddrinfo(url.host, port(url), type=socket.SOCK_STREAM)
    except OSError:
        raise unreachable() from None
    addresses = [str(entry[4][0]) for entry in found]
    if not all("%" not in address and is_public(ip_address(address)) for address in addresses):
        log.warning("image_host_is_private", host=url.host)
        raise misconfigured("The image service's link to the image leads into a private network.")
    return url.copy_with(host=addresses[0])


def port(url: httpx2.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


def broken() -> ProviderError:
    return no_image("The image service's link to the image is broken.", lasting=True)


def expired(response: httpx2.Response) -> ProviderError:
    """A server that is down may be up for the next picture; a link that is refused would be refused again."""
    error = refusal(response.status_code, response.headers)
    if error.code in {ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.PROVIDER_RATE_LIMITED, ErrorCode.PROVIDER_TIMEOUT}:
        return error
    return no_image("The image service's link to the image does not work.", lasting=True)
