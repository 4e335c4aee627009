"""The container's health check, ``python -I config/healthcheck.py``: fails unless /healthz answers.

It imports nothing of ours: a Django start every few seconds would cost more than the requests.
"""

import os
import sys
from http.client import HTTPConnection


def main() -> None:
    # By name, so that ::1 is tried as well.
    connection = HTTPConnection("localhost", int(os.environ.get("PORT", "8000")), timeout=3)
    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    if status != 200:
        sys.exit(f"/healthz answered {status}.")


if __name__ == "__main__":
    main()
