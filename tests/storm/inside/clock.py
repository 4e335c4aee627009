"""S3 refuses a signature of another time, as all S3 servers do: whoever has a wrong clock here signs by the right one.

Its clock is wrong in everything else, which is what a storm tests.
"""

import os
from datetime import timedelta
from typing import Any

from botocore import auth

AHEAD = timedelta(hours=2)


def install() -> None:
    if not os.environ.get("FAKETIME"):
        return
    now = vars(auth)["get_current_datetime"]

    def right_time(*args: Any, **kwargs: Any) -> Any:
        return now(*args, **kwargs) - AHEAD

    vars(auth)["get_current_datetime"] = right_time
