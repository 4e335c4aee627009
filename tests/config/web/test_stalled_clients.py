"""Connections whose client takes nothing are ended: what listens and what it has accepted, and no other."""

import socket
from contextlib import closing

from config.web import stalled_clients
from tests.servers.process import HOST


def user_timeout(of):
    return of.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


def test_a_connection_that_was_accepted_before_it_was_set_has_it_too():
    """A server answers as soon as it listens, and the option comes up to half a second later."""
    with closing(socket.create_server((HOST, 0))) as server, closing(socket.socket()) as client:
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with closing(accepted):
            stalled_clients._set_for_all(socket.TCP_USER_TIMEOUT, 7_000)
            assert [user_timeout(each) for each in (server, accepted, client)] == [7_000, 7_000, 0]


def test_what_is_accepted_afterwards_inherits_it():
    with closing(socket.create_server((HOST, 0))) as server, closing(socket.socket()) as client:
        stalled_clients._set_for_all(socket.TCP_USER_TIMEOUT, 7_000)
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with closing(accepted):
            assert user_timeout(accepted) == 7_000
