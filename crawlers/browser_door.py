"""The only way out of a browser: a SOCKS5 server (RFC 1928) that asks the guard each time.

A browser follows redirects and resolves names by itself, where nothing of Scrapy sees it. Behind
this door names arrive unresolved, are resolved once, and the connection goes to an address that was
checked, whatever the name server says a moment later.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from ipaddress import ip_address

from crawlers.addresses import AddressRefused, ascii_name
from crawlers.guard import Guard

CONNECT_SECONDS = 30.0
HANDSHAKE_SECONDS = 10.0
PIECE_BYTES = 64 * 1024

_VERSION, _NO_LOGIN, _CONNECT = 5, 0, 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_DONE, _REFUSED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 2, 4, 7
_NOWHERE = b"\x00\x01" + bytes(6)
"""What a reply says where it was bound, which nobody needs."""


class Unreachable(Exception):
    """Nobody answers there."""


class BrowserDoor:
    """Listens on loopback in a thread of its own until the process ends."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"socks5://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, name="browser-door", daemon=True).start()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._answer, sock=self._listener)
        async with server:
            await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._connect(reader, writer)
        except (OSError, EOFError, TimeoutError):
            pass  # the browser or the site went away in the middle
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            wanted = await _wanted(reader, writer)
        if wanted is None:
            return
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                site_reader, site_writer = await self._opened(*wanted)
        except AddressRefused as error:
            self._guard.turned_back.append(str(error))
            await _reply(writer, _REFUSED)
            return
        except (Unreachable, TimeoutError):
            await _reply(writer, _UNREACHABLE)
            return
        try:
            await _reply(writer, _DONE)
            await _joined((reader, site_writer), (site_reader, writer))
        finally:
            site_writer.close()

    async def _opened(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the first checked address that answers.

        Raises AddressRefused, Unreachable.
        """
        name = f"[{host}]" if ":" in host else host
        self._guard.check(f"http://{name}:{port}/")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
        except OSError as error:
            raise Unreachable from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        permitted = [one for one in addresses if self._guard.permits(host, one)]
        if addresses and not permitted:
            raise AddressRefused(f"{self._guard.refused[ascii_name(host)]}, which is never crawled")
        for address in permitted:
            with suppress(OSError):
                return await asyncio.open_connection(address, port)
        raise Unreachable


async def _wanted(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[str, int] | None:
    """Host and port of a request to connect; None where it is none."""
    version, methods = await reader.readexactly(2)
    offered = await reader.readexactly(methods)
    if version != _VERSION or _NO_LOGIN not in offered:
        return None
    writer.write(bytes((_VERSION, _NO_LOGIN)))
    await writer.drain()
    version, command, _, kind = await reader.readexactly(4)
    if version != _VERSION:
        return None
    if command != _CONNECT or kind not in (_IPV4, _NAME, _IPV6):
        await _reply(writer, _NO_SUCH_COMMAND)
        return None
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii", "replace")
    else:
        host = str(ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return host, port


async def _reply(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes((_VERSION, code)) + _NOWHERE)
    await writer.drain()


async def _joined(*ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    """Carry bytes both ways until either side is done with both."""
    async with asyncio.TaskGroup() as group:
        for source, target in ways:
            group.create_task(_carried(source, target))


async def _carried(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(PIECE_BYTES):
            target.write(piece)
            await target.drain()
    with suppress(OSError):
        if target.can_write_eof():
            target.write_eof()
