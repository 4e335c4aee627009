"""The container's health check: fails unless /healthz answers.

``python -I config/monitoring/container_healthcheck.py [PORT]``

It imports nothing of ours: a Django start every few seconds would cost more than the requests. And it reads no setting:
the image serves on 8000, whatever PORT says for a laptop.
"""

import sys
from http.client import HTTPConnection


def main() -> None:
    # By name, so that ::1 is tried as well.
    connection = HTTPConnection("localhost", int(sys.argv[1]) if sys.argv[1:] else 8000, timeout=3)
    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    if status != 200:
        sys.exit(f"/healthz answered {status}.")


if __name__ == "__main__":
    main()
