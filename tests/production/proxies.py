"""nginx and Caddy with the files in docs/, on ports, paths and a certificate of the test's own."""

import re
import ssl
from http.client import HTTPConnection
from pathlib import Path
from shutil import which

from tests.production.files import ROOT
from tests.servers.process import HOST, Server, accepts_connections, free_port
from tests.servers.tls import write_certificate

NAME = "easel.example"
EASEL = "127.0.0.1:8000"
# The certificate is its own, and is not what is tested.
ANYBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ANYBODY.check_hostname, ANYBODY.verify_mode = False, ssl.CERT_NONE


def exchanged(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each first one, which has to be there, in place of each second one."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


class Proxy(Server):
    """One of them, in front of Easel on this port."""

    program = ""
    settings: dict[str, str] = {}
    """What Easel has to be told beyond its host and BEHIND_TLS_PROXY."""

    def __init__(self, easel_port: int, media: Path) -> None:
        super().__init__()
        self.media = media
        self.easel = f"{HOST}:{easel_port}"
        self.http_port = free_port()

    @classmethod
    def is_installed(cls) -> bool:
        return which(cls.program, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") is not None

    def is_ready(self) -> bool:
        return accepts_connections(self.port)

    def connect(self) -> HTTPConnection:
        """A connection over TLS that knows the proxy by its name."""
        connection = HTTPConnection(HOST, self.port, timeout=40)
        connection.connect()
        connection.sock = ANYBODY.wrap_socket(connection.sock, server_hostname=NAME)
        return connection


class Nginx(Proxy):
    program = "nginx"
    settings = {"MEDIA_ACCEL_REDIRECT": "/protected/"}

    def prepare(self, folder: Path) -> list[str]:
        certificate = write_certificate(folder / "certificate.pem", name=NAME)
        text = re.sub(r"listen \[::\]:.*", "", (ROOT / "docs/nginx.conf").read_text())
        text = exchanged(
            text,
            ("listen 443", f"listen {HOST}:{self.port}"),
            ("listen 80", f"listen {HOST}:{self.http_port}"),
            (EASEL, self.easel),
            ("/etc/ssl/easel.example/fullchain.pem", str(certificate)),
            ("/etc/ssl/easel.example/privkey.pem", str(certificate)),
            ("/var/lib/easel/media/", f"{self.media}/"),
        )
        (folder / "easel.conf").write_text(text)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = " ".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
        main = f"daemon off; pid {folder / 'pid'}; user root; error_log stderr; events {{}}"
        http = f"http {{ access_log off; {folders} include {folder / 'easel.conf'}; }}"
        (folder / "nginx.conf").write_text(f"{main}\n{http}\n")
        return [self.program, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


class Caddy(Proxy):
    program = "caddy"
    settings = {"FORWARDED_HEADER": "Forwarded"}

    def prepare(self, folder: Path) -> list[str]:
        certificate = write_certificate(folder / "certificate.pem", name=NAME)
        text = exchanged(
            (ROOT / "docs/Caddyfile").read_text(),
            ("\n{\n", f"\n{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder}\n"),
            (f"\n{NAME} {{\n", f"\nhttps://{NAME}:{self.port} {{\n\tbind {HOST}\n\ttls {certificate} {certificate}\n"),
            (EASEL, self.easel),
        )
        (folder / "Caddyfile").write_text(text)
        return [self.program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
