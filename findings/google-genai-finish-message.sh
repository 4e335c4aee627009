#!/usr/bin/env bash
# google-genai 3.4.0: of the Gemini Developer API's candidates, finishMessage is dropped.
#
# The API explains a finishReason such as NO_IMAGE or OTHER in "finishMessage"
# (https://ai.google.dev/api/generate-content#candidate), and types.Candidate has a field finish_message for it. The
# conversion of the developer API's answers has no line for it, so the field is None whatever was on the wire, and a
# program cannot tell a refusal from a failure by Google's own words.
#
# Seen:
#   finish_reason NO_IMAGE, finish_message None; on the wire: 'Unable to show the generated image.'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check google-genai==3.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import http.server
import json
import threading

from google import genai
from google.genai import types

WORDS = "Unable to show the generated image."
ANSWER = json.dumps({"candidates": [{"index": 0, "finishReason": "NO_IMAGE", "finishMessage": WORDS}]}).encode()


class Server(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *args):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = types.HttpOptions(base_url=f"http://127.0.0.1:{server.server_address[1]}")
    client = genai.Client(api_key="key", vertexai=False, http_options=options)
    answer = client.models.generate_content(model="gemini-2.5-flash-image", contents="a lighthouse")
    server.shutdown()

(candidate,) = answer.candidates
reason, message = candidate.finish_reason.value, candidate.finish_message
print(f"finish_reason {reason}, finish_message {message}; on the wire: {WORDS!r}")
raise SystemExit((reason, message) != ("NO_IMAGE", None))
PYTHON
