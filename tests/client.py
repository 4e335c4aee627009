"""A program that calls the API."""

from typing import Any

from django.test import Client

GENERATIONS = "/api/v1/generations"


class ApiClient(Client):
    """Sends JSON with a key, and sees a crash as a caller would: as an answer."""

    def __init__(self, key: str | None, **headers: str) -> None:
        own = {"X-API-Key": key} if key is not None else {}
        super().__init__(raise_request_exception=False, headers=own | headers)

    def post(self, path, data=None, content_type="application/json", **extra):
        return super().post(path, data, content_type, **extra)

    def create(self, **fields: Any) -> Any:
        """Post a generation: the prompt is a cat unless the fields say otherwise."""
        return self.post(GENERATIONS, {"prompt": "a cat"} | fields)

    def create_once(self, key: str, **fields: Any) -> Any:
        """The same with an Idempotency-Key."""
        return self.post(GENERATIONS, {"prompt": "a cat"} | fields, headers={"Idempotency-Key": key})
