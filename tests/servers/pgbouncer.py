"""PgBouncer in transaction mode, where it is installed (Debian has it): each transaction may get another connection."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.servers.process import HOST, Server

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SETTINGS = """
[databases]
* = host={parts.hostname} port={parts.port} user={parts.username} password={parts.password}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_round_robin = 1
max_client_conn = 500
default_pool_size = 20
logfile =
"""


class PgBouncer(Server):
    """Stands before the server that a ``DATABASE_URL`` names, and takes whoever comes."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self._parts = urlsplit(database_url)
        self.user = "nobody"

    @property
    def url(self) -> str:
        """The same database through it."""
        return self._parts._replace(netloc=f"anybody@{HOST}:{self.port}").geturl()

    def prepare(self, folder: Path) -> list[str]:
        settings = folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(parts=self._parts, host=HOST, port=self.port))
        folder.chmod(0o755)
        return [str(PROGRAM), str(settings)]

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
