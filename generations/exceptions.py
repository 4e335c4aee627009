"""What a client may see."""

from rest_framework import status
from rest_framework.exceptions import APIException


class GenerationNotFound(APIException):
    """Another project's id, an unknown one and a malformed one look alike."""

    status_code = status.HTTP_404_NOT_FOUND
    default_detail = "Generation not found."
    default_code = "GENERATION_NOT_FOUND"
