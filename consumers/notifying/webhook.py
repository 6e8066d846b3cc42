"""Signed HTTP POST of the whole alert, for other programs."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from consumers.notifying.channel import Notice, SendingFailed, SendingRefused
from pipeline.clock import Clock

SIGNATURE_HEADER = "X-Otzvuk-Signature"
TIMESTAMP_HEADER = "X-Otzvuk-Timestamp"
IDEMPOTENCY_HEADER = "Idempotency-Key"
PASSING_STATUSES = frozenset({408, 409, 425, 429})


class WebhookChannel:
    """Posts JSON; the receiver checks who sent it, how old it is, and whether it is a repeat.

    Signature: `sha256=` + hex HMAC-SHA256 over `timestamp.body` with the shared secret
    (RFC 2104); the timestamp is Unix seconds.
    """

    def __init__(
        self, url: str, secret: str, timeout_seconds: float, clock: Clock,
        open_client: Callable[[float], httpx.Client] = lambda timeout: httpx.Client(
            timeout=timeout, follow_redirects=False
        ),
    ) -> None:  # fmt: skip
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._client = open_client(timeout_seconds)

    def send(self, notice: Notice) -> None:
        """Post it. 2xx is success; 408, 409, 425, 429, 5xx and network trouble pass."""
        body = msgspec.json.encode(notice)
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            IDEMPOTENCY_HEADER: notice.key,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }
        try:
            response = self._client.post(self._url, content=body, headers=headers)
        except httpx.InvalidURL as error:
            raise SendingRefused("the webhook's URL is not valid: correct it") from error
        except httpx.HTTPError as error:
            raise SendingFailed(f"the webhook cannot be reached: {type(error).__name__}") from error
        self._judge(response)

    def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if response.is_success:
            return
        if status in PASSING_STATUSES or status >= 500:
            raise SendingFailed(
                f"the webhook answered {status}",
                retry_after_seconds=retry_after(response.headers, self._clock.now()),
            )
        raise SendingRefused(f"the webhook answered {status}: check its URL and secret")


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """Value of the signature header."""
    mac = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110 section 10.2.3)."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
