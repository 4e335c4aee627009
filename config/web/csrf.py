"""Forms that are refused, and why: mostly it is how the server is reached, which whoever runs it can mend."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from projects.api.error_pages import answer, page, wants_page

TLS_UNTOLD = (
    "The connection to the proxy is encrypted, but Easel was not told so. Set BEHIND_TLS_PROXY=true, and have the "
    "proxy replace X-Forwarded-Proto."
)
PLAIN_HTTP = (
    "This page came over plain HTTP, where whoever is on the way can read a password. Browsers keep the cookies of a "
    "login over HTTPS only. Put a proxy that ends TLS in front (docs/Caddyfile and docs/nginx.conf are examples), and "
    "set BEHIND_TLS_PROXY=true. Where you trust everybody on the network, SECURE_COOKIES=false lets it be."
)
ANOTHER_ORIGIN = (
    "The form was sent from another address than the one that Easel knows itself by. Set PUBLIC_URL to the address "
    "that the browser shows, such as {origin}, and have the proxy pass on the Host header."
)
OUTDATED = "The form was too old, or the browser keeps no cookies. Go back, load the page again, and send it once more."


def transport_problem(request: HttpRequest) -> str | None:
    """Why nobody can log in by this connection, with the setting that mends it; None where it is sound."""
    if request.is_secure() or not settings.SESSION_COOKIE_SECURE:
        return None
    # What a proxy claims that is not trusted is good enough for a piece of advice.
    says_tls = "https" in request.META.get("HTTP_X_FORWARDED_PROTO", "")
    return TLS_UNTOLD if says_tls or request.META.get("HTTP_ORIGIN", "").startswith("https:") else PLAIN_HTTP


def why_refused(request: HttpRequest, reason: str) -> str:
    if problem := transport_problem(request):
        return problem
    if reason.startswith(("Origin checking failed", "Referer checking failed")):
        # The host has been compared with ALLOWED_HOSTS; what Origin says is anybody's word and is not repeated.
        return ANOTHER_ORIGIN.format(origin=f"{request.scheme}://{request.get_host()}")
    return OUTDATED


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    why = why_refused(request, reason)
    if not wants_page(request):
        return answer(request, 403, "FORBIDDEN", why)
    return page(request, 403, "error.html", title="The form was refused", message=why)
