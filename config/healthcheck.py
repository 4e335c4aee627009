"""The container's health check, ``python -I config/healthcheck.py``: fails unless /healthz answers.

It asks under a name that the server accepts, and imports nothing of ours: a Django start every few seconds would cost
more than the requests.
"""

import os
import urllib.request


def main() -> None:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().removeprefix(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    request = urllib.request.Request(address, headers={"Host": host})
    urllib.request.urlopen(request, timeout=3).close()  # noqa: S310


if __name__ == "__main__":
    main()
