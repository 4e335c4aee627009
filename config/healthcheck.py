"""The container's health check, ``python -I config/healthcheck.py``: fails unless /healthz answers.

It asks under a name that the server accepts, and imports nothing of ours: a Django start every few seconds would cost
more than the requests.
"""

import os
import sys
from http.client import HTTPConnection


def main() -> None:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().removeprefix(".")
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    connection.request("GET", "/healthz", headers={"Host": host})
    status = connection.getresponse().status
    if status != 200:
        sys.exit(f"/healthz answered {status}.")


if __name__ == "__main__":
    main()
