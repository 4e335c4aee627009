"""What may go wrong with a picture: a closed list, kept on the row and told to clients."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The contract's ``errorCode``; each says by itself whether another attempt can help.

    PROVIDER_TIMEOUT is for a service that was asked and has not answered in time: it may be painting still, so that the
    same one is asked once more at most. One that could not be asked at all is PROVIDER_UNAVAILABLE.
    """

    PROVIDER_TIMEOUT = "PROVIDER_TIMEOUT"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"
    PROVIDER_RATE_LIMITED = "PROVIDER_RATE_LIMITED"
    PROVIDER_REJECTED = "PROVIDER_REJECTED"
    CONTENT_BLOCKED = "CONTENT_BLOCKED"
    NO_IMAGE_RETURNED = "NO_IMAGE_RETURNED"
    INVALID_IMAGE = "INVALID_IMAGE"
    STORAGE_FAILED = "STORAGE_FAILED"
    WORKER_LOST = "WORKER_LOST"
    CANCELED = "CANCELED"

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self not in {ErrorCode.PROVIDER_REJECTED, ErrorCode.CONTENT_BLOCKED, ErrorCode.CANCELED}
