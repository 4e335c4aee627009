#!/usr/bin/env bash
# boto3 1.44.5 with urllib3 2.8.0, Python 3.11: an interim answer (RFC 9110, 15.2) counts as the answer.
#
# A server that needs time may say "102 Processing" (RFC 2518) or "103 Early Hints" (RFC 8297) before its answer; a client
# has to go on to the final one. http.client, below urllib3, skips only 100. So put_object returns normally with status 102
# although the server's answer is "500 Internal Server Error", nothing is retried, and the object is believed to be stored.
#
# Seen:
#   put_object returned with HTTP status 102; the server's final answer was 500
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5 urllib3==2.8.0
"$folder/venv/bin/python" - <<'PYTHON'
import socketserver
import threading

import boto3
from botocore.config import Config

FINAL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Server(socketserver.StreamRequestHandler):
    """Reads one request, says that it is at work, and then that it has failed."""

    def handle(self):
        length = 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        self.rfile.read(length)
        self.wfile.write(FINAL)


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{server.server_address[1]}",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=5, s3={"addressing_style": "path"}),
    )
    # The SDK would ask for a 100 first, which is another path.
    client.meta.events.register("before-send.s3.PutObject", lambda request, **_: request.headers.__delitem__("Expect"))
    answer = client.put_object(Bucket="bucket", Key="picture.png", Body=b"bytes")
    server.shutdown()

status = answer["ResponseMetadata"]["HTTPStatusCode"]
print(f"put_object returned with HTTP status {status}; the server's final answer was 500")
raise SystemExit(status != 102)
PYTHON
