"""What a client may see."""

from rest_framework import status
from rest_framework.exceptions import APIException


class GenerationNotFound(APIException):
    """Another project's id, an unknown one and a malformed one look alike."""

    status_code = status.HTTP_404_NOT_FOUND
    default_detail = "Generation not found."
    default_code = "GENERATION_NOT_FOUND"


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
