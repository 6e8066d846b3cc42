"""Connections to brokers leave nothing behind; needs no broker."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from kafka.net.inet import create_connection

from pipeline.log.kafka.connection import Client


@pytest.fixture
def client() -> Any:
    return Client(bootstrap_servers=["127.0.0.1:1"], client_id="test")


def connected(client: Any, server: socket.socket) -> socket.socket:
    """A socket of the client that no connection has taken over yet."""
    client._net.start()
    found: socket.socket = client._net.run(
        create_connection, client._net, *server.getsockname(), (), "direct://"
    )
    return found


def test_closing_a_client_closes_the_sockets_that_nobody_owns(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = connected(client, server)
        client.close()
        assert held.fileno() == -1
    client.close()


def test_closing_one_connection_leaves_the_others_open(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = connected(client, server)
        client.close("bootstrap-0")
        assert held.fileno() != -1
        client.close()
