"""Fetch a picture from the address in a vendor's answer, and be led nowhere else by it."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address

import httpx2
import structlog
from django.http.request import validate_host

from generations.providers.base import ProviderError
from generations.providers.hosted.client import BoundedClient
from generations.providers.hosted.refusals import misconfigured, no_image, refusal, unreachable
from projects.webhooks.addresses import is_public

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ImageHosts:
    """From where pictures may come: the vendor's own address, or ``allowed`` hosts in the form of ALLOWED_HOSTS.

    Only the vendor's own address (host and port) may be private: an answer must not make this server ask its
    neighbours. All others are resolved here, and asked at the very address that was looked at.
    """

    own: httpx2.URL
    allowed: tuple[str, ...] = ()

    def fetch(self, address: str, *, max_bytes: int, timeout_s: float) -> bytes:
        """The bytes behind an answer's URL."""
        url = self.approve(address)
        if not self.is_own(url):
            url = pinned(url)
        # A proxy would resolve names anew.
        with BoundedClient(max_bytes=max_bytes, timeout_s=timeout_s, direct=True) as client:
            headers = {"Host": httpx2.URL(address).netloc.decode()}
            extensions = {"sni_hostname": httpx2.URL(address).host}
            response = client.send(client.build_request("GET", url, headers=headers, extensions=extensions))
        if response.status_code != httpx2.codes.OK:
            raise expired(response)
        return response.content

    def approve(self, address: str) -> httpx2.URL:
        try:
            url = httpx2.URL(address)
        except httpx2.InvalidURL:
            raise no_image("The image service's link to the image is broken.") from None
        if url.scheme not in {"http", "https"} or url.userinfo or not url.host:
            raise no_image("The image service's link to the image is broken.")
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


def expired(response: httpx2.Response) -> ProviderError:
    """Links live for a while; after that, and where they lead elsewhere, a new picture helps."""
    error = refusal(response.status_code, response.headers)
    return error if error.retryable else no_image("The image service's link to the image does not work.")
