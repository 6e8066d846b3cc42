"""The resolver hands the connection only addresses that may be reached, whatever DNS says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.addresses import AddressRefused
from crawlers.guard import Guard, GuardedResolver, GuardMiddleware


class Lookup:
    """A name server that answers what it is told, each time something else."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        resolutionReceiver.resolutionBegan(None)
        for address in self._answers.pop(0):
            kind = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return None


class Receiver:
    """Notes what a connection would be given."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Nothing to note."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.is_complete = True


def resolved(resolver: GuardedResolver, name: str) -> list[str]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, name, 80)
    assert receiver.is_complete
    return receiver.hosts


def test_private_answers_are_left_out_of_a_mixed_lot() -> None:
    guard = Guard(allow_loopback=False)
    answers = ["10.0.0.5", "93.184.216.34", "::1", "fd00:ec2::254", "2606:2800:220:1::1"]
    resolver = GuardedResolver(None, Lookup(answers), guard)
    assert resolved(resolver, "mixed.example") == ["93.184.216.34", "2606:2800:220:1::1"]


def test_a_name_that_turns_private_the_second_time_is_not_connected() -> None:
    guard = Guard(allow_loopback=False)
    resolver = GuardedResolver(None, Lookup(["93.184.216.34"], ["169.254.169.254"]), guard)
    assert resolved(resolver, "rebind.example") == ["93.184.216.34"]
    assert resolved(resolver, "rebind.example") == []
    assert "169.254.169.254" in guard.refused["rebind.example"]


def test_a_refused_name_is_told_from_one_that_does_not_resolve() -> None:
    guard = Guard(allow_loopback=False)
    resolved(GuardedResolver(None, Lookup(["127.0.0.1"]), guard), "пример.рф")
    middleware = GuardMiddleware(guard)
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        middleware.process_exception(
            Request("http://xn--e1afmkfd.xn--p1ai/"), CannotResolveHostError()
        )
    middleware.process_exception(Request("http://nowhere.example/"), CannotResolveHostError())


def test_requests_pass_the_guard_whatever_made_them() -> None:
    middleware = GuardMiddleware(Guard(allow_loopback=True))
    middleware.process_request(Request("http://127.0.0.1:5000/robots.txt"))
    with pytest.raises(AddressRefused):
        middleware.process_request(Request("http://[::ffff:10.0.0.1]/"))
