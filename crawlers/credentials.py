"""Lasting keys that buy short-lived access tokens (OAuth 2.0, RFC 6749), as a user exports them."""

from __future__ import annotations

import base64
from typing import Literal
from urllib.parse import quote_plus, urlencode

from msgspec import Struct

from pipeline.errors import UsageError

Grant = Literal["client_credentials", "refresh_token"]
_PARTS: dict[Grant, tuple[str, ...]] = {
    "client_credentials": ("id", "secret"),
    "refresh_token": ("id", "secret", "refresh token"),
}


class TokenGrant(Struct, frozen=True, kw_only=True):
    """Where and how a source gives tokens."""

    url: str
    """The token endpoint."""
    grant: Grant
    """`client_credentials` (section 4.4) for an application, `refresh_token` (section 6) for a
    person who has agreed once."""
    in_header: bool = False
    """Whether the client's id and secret go as HTTP Basic authentication instead of in the body
    (section 2.3.1)."""

    @property
    def shape(self) -> str:
        """How the key is written, for people."""
        return ":".join(_PARTS[self.grant])


class Credentials(Struct, frozen=True, kw_only=True):
    """A client's id and secret, and what a person gave it."""

    client_id: str
    client_secret: str
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Credentials(<hidden>)"

    def body(self, grant: TokenGrant) -> bytes:
        """The form that the token endpoint reads."""
        fields: dict[str, str] = {"grant_type": grant.grant}
        if not grant.in_header:
            fields |= {"client_id": self.client_id, "client_secret": self.client_secret}
        if grant.grant == "refresh_token":
            fields["refresh_token"] = self.refresh_token
        return urlencode(fields).encode()

    def headers(self, grant: TokenGrant) -> dict[str, str]:
        """Headers of that request."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if grant.in_header:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return headers


def credentials_of(key: str | None, grant: TokenGrant | None) -> Credentials | None:
    """What the key holds; None where it is a token itself, which has no colon.

    Raises UsageError for a key with too few or too many parts, or an empty one.
    """
    if key is None or grant is None or ":" not in key:
        return None
    parts = key.split(":")
    if len(parts) != len(_PARTS[grant.grant]) or not all(parts):
        raise UsageError(
            f"the key has {len(parts)} parts between colons, some perhaps empty: "
            f"expected {grant.shape}, or an access token alone"
        )
    return Credentials(client_id=parts[0], client_secret=parts[1], refresh_token="".join(parts[2:]))
