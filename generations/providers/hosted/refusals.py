"""What may go wrong with a server of somebody else, and what its status means, in words that give nothing away."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from generations.providers.base import ProviderError
from generations.providers.errors import ErrorCode

MAX_RETRY_AFTER_S = 24 * 60 * 60
CREDENTIALS = "The image service refused the server's credentials."
QUOTA = "The server's account with the image service has used up its quota."
REQUEST = "The image service did not accept the request."

STATUSES: dict[int, tuple[ErrorCode, str]] = {
    401: (ErrorCode.PROVIDER_REJECTED, CREDENTIALS),
    402: (ErrorCode.PROVIDER_RATE_LIMITED, QUOTA),
    403: (ErrorCode.PROVIDER_REJECTED, "The image service does not allow the server's account to do this."),
    404: (
        ErrorCode.PROVIDER_REJECTED,
        "The image service does not know the model or the address that it is asked for.",
    ),
    408: (ErrorCode.PROVIDER_TIMEOUT, "The image service took too long."),
    409: (ErrorCode.PROVIDER_UNAVAILABLE, "The image service is busy with another request."),
    429: (ErrorCode.PROVIDER_RATE_LIMITED, "The image service is receiving too many requests."),
    # A proxy has stopped waiting for the service behind it, which paints on.
    504: (ErrorCode.PROVIDER_TIMEOUT, "The image service took too long."),
    524: (ErrorCode.PROVIDER_TIMEOUT, "The image service took too long."),
}
CLASSES: dict[int, tuple[ErrorCode, str]] = {
    3: (ErrorCode.PROVIDER_REJECTED, "The image service has moved to another address, which is not followed."),
    4: (ErrorCode.PROVIDER_REJECTED, REQUEST),
    5: (ErrorCode.PROVIDER_UNAVAILABLE, "The image service is not available."),
}
# A wrong key, a model that is gone, an address that has moved: the operator's to mend.
MISCONFIGURED = {401, 403, 404, *range(300, 400)}


def refusal(status: int, headers: Mapping[str, str]) -> ProviderError:
    """The error for an answer that is not 200."""
    unknown = (ErrorCode.PROVIDER_UNAVAILABLE, "The image service's answer could not be read.")
    code, message = STATUSES.get(status) or CLASSES.get(status // 100) or unknown
    wait = retry_after_s(headers) if code.retryable else None
    return ProviderError(message, code=code, retry_after_s=wait, misconfigured=status in MISCONFIGURED)


def timed_out() -> ProviderError:
    return ProviderError("The image service took too long.", code=ErrorCode.PROVIDER_TIMEOUT)


def unreachable() -> ProviderError:
    return ProviderError("The image service is not reachable.", code=ErrorCode.PROVIDER_UNAVAILABLE)


def unreadable() -> ProviderError:
    return ProviderError("The image service's answer could not be read.", code=ErrorCode.PROVIDER_UNAVAILABLE)


def compressed() -> ProviderError:
    return no_image("The image service's answer is compressed, which was not asked for.", lasting=True)


def too_large() -> ProviderError:
    return ProviderError("The image service's answer is too large.", code=ErrorCode.INVALID_IMAGE, lasting=True)


def rejected(message: str) -> ProviderError:
    return ProviderError(message, code=ErrorCode.PROVIDER_REJECTED)


def unknown_model() -> ProviderError:
    return misconfigured("The image service does not have the model that it is asked for.")


def misconfigured(message: str) -> ProviderError:
    return ProviderError(message, code=ErrorCode.PROVIDER_REJECTED, misconfigured=True)


def content_blocked(message: str) -> ProviderError:
    return ProviderError(message, code=ErrorCode.CONTENT_BLOCKED)


def no_image(message: str = "The image service answered without an image.", *, lasting: bool = False) -> ProviderError:
    return ProviderError(message, code=ErrorCode.NO_IMAGE_RETURNED, lasting=lasting)


def quota_used_up(headers: Mapping[str, str]) -> ProviderError:
    return ProviderError(QUOTA, code=ErrorCode.PROVIDER_RATE_LIMITED, retry_after_s=retry_after_s(headers))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """``Retry-After`` (RFC 9110, 10.2.3): seconds, or a date that is compared with the vendor's own clock."""
    value = headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        until, now = http_date(value), http_date(headers.get("Date", ""))
        if until is None or now is None:
            return None
        seconds = (until - now).total_seconds()
    return bounded(seconds)


def bounded(seconds: float) -> float | None:
    """A wait that a vendor asks for, between none and a day."""
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S) if math.isfinite(seconds) else None


def http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
