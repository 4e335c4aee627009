"""What a client may see."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException

from generations.models import RETRY_LIMIT


class GenerationNotFound(APIException):
    """Another project's id, an unknown one and a malformed one look alike."""

    status_code = status.HTTP_404_NOT_FOUND
    default_detail = "Generation not found."
    default_code = "GENERATION_NOT_FOUND"


class GenerationFailed(APIException):
    """For a request that waits for its image: there will be none. ``more`` goes into the answer as it is."""

    default_detail = "The image could not be made."
    default_code = "GENERATION_FAILED"

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(shown["errorMessage"])
        self.more = {"generationId": shown["id"], "errorCode": shown["errorCode"]}


class QueueFull(APIException):
    """As many of the project's generations wait as may wait; nothing was stored."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = "This project's queue is full. Try again when some of its generations have finished."
    default_code = "QUEUE_FULL"

    def __init__(self, wait: int = 5) -> None:
        super().__init__()
        self.wait = wait
        """Seconds in which a place may become free."""


class GenerationFinished(APIException):
    """There is nothing left to cancel: its image is made, or it has failed, perhaps by being canceled before."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The generation has ended; there is nothing left to cancel."
    default_code = "GENERATION_FINISHED"


class GenerationNotFailed(APIException):
    """Only what has failed can run again: what waits or runs is under way, and a finished image is kept."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The generation has not failed; only a failed one can be retried."
    default_code = "GENERATION_NOT_FAILED"


class RetryLimitReached(APIException):
    """One id has so many attempts and no more."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = f"The generation has been tried {RETRY_LIMIT} times; create a new one instead."
    default_code = "RETRY_LIMIT_REACHED"
