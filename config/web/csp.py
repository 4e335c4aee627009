"""What a browser may load and run, page by page: Content-Security-Policy (https://www.w3.org/TR/CSP3/).

Nothing anywhere may be inline script; neither the admin nor the docs have any, so that no nonce is needed.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseBase

Policy = dict[str, str]

# JSON, YAML, text: nothing in it is ever to be loaded or run.
NOTHING: Policy = {"default-src": "'none'", "frame-ancestors": "'none'"}
# A picture that is opened by itself: the browser makes a page around it, with a style of its own.
PICTURE: Policy = {**NOTHING, "img-src": "'self'", "style-src": "'unsafe-inline'", "sandbox": ""}
PAGE: Policy = {
    **NOTHING,
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def admin_policy() -> Policy:
    """The admin shows pictures from wherever they are kept."""
    return {
        **PAGE,
        # The attributes of unfold's templates are expressions for Alpine, which makes functions of them.
        "script-src": "'self' 'unsafe-eval'",
        "img-src": f"{PAGE['img-src']} {pictures_origin()}".rstrip(),
    }


def docs_policy() -> Policy:
    """The docs show the picture that an answer links to."""
    return {**PAGE, "img-src": f"{PAGE['img-src']} {pictures_origin() or settings.PUBLIC_URL}".rstrip()}


def pictures_origin() -> str:
    """``https://host`` of the links to pictures, or nothing where this server serves them."""
    try:
        link = urlsplit(getattr(default_storage, "link", default_storage.url)("picture"))  # where it redirects to
    except BotoCoreError:  # no credentials: there is no link to any picture either
        return ""
    return f"{link.scheme}://{link.netloc}" if link.netloc else ""


def policy_of(path: str, content_type: str) -> Policy:
    """Of what has pictures and pages; all other answers are for programs, at whatever address."""
    if content_type.startswith("image/"):
        return PICTURE
    if not content_type.startswith("text/html"):
        return NOTHING
    if path.startswith("/admin/"):
        return admin_policy()
    return docs_policy() if path == "/docs" else PAGE


class ContentSecurityPolicyMiddleware:
    """Give each answer the policy of its address; Django has a middleware of its own from 6.0 on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in {404, 500}):  # Django's error pages for developers
            policy = policy_of(request.path_info, response.get("Content-Type", ""))
            response["Content-Security-Policy"] = "; ".join(
                f"{name} {value}".rstrip() for name, value in policy.items()
            )
        return response
