"""Reads every answer: its times are the database's, and nothing takes hours."""

import re
from datetime import datetime, timedelta
from typing import Any

from tests.api.live import Answer
from tests.drills.stage import database_now

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
NEAR = timedelta(minutes=30)
LONGEST_WAIT_S = 600
WINDOW_S = 3600


class Told:
    """What was read, and what of it was wrong."""

    def __init__(self) -> None:
        self.times = 0
        self.wrong: list[str] = []

    def read(self, answer: Answer, status: int = 200) -> Any:
        """Look at an answer's times; return its data."""
        assert answer.status == status, answer.body
        if not 0 < int(answer.headers["X-RateLimit-Reset"]) <= WINDOW_S:
            self.wrong.append(f"X-RateLimit-Reset: {answer.headers['X-RateLimit-Reset']}")
        data = answer.json()["data"]
        self._look("", data)
        return data

    def _look(self, name: str, value: Any) -> None:
        match value:
            case dict():
                for inner_name, inner in value.items():
                    self._look(inner_name, inner)
            case list():
                for inner in value:
                    self._look(name, inner)
            case str() if TIME.fullmatch(value):
                self.times += 1
                if abs(datetime.fromisoformat(value) - database_now()) > NEAR:
                    self.wrong.append(f"{name}: {value}")
            case int() if name == "estimatedWaitSeconds" and value > LONGEST_WAIT_S:
                self.wrong.append(f"{name}: {value}")
