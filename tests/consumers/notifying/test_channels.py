"""Each channel sends, signs, and tells passing failures from permanent ones."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from consumers.notifying.apprise_channel import AppriseChannel, permanent_status
from consumers.notifying.channel import Notice, SendingFailed, SendingRefused
from consumers.notifying.log_channel import LogChannel
from consumers.notifying.stage import make_notice
from consumers.notifying.webhook import (
    IDEMPOTENCY_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    WebhookChannel,
    retry_after,
    sign,
)
from otzvuk.commands.notify import trial_alert
from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError
from tests.consumers.notifying.conftest import Chat

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def notice() -> Notice:
    return make_notice("f#0#hook", trial_alert(NOW), "ru", is_repeat=False)


def webhook(answer: Callable[[httpx.Request], httpx.Response]) -> WebhookChannel:
    return WebhookChannel(
        "https://hook.test/in", "s3cr3t", 5.0, FixedClock(NOW),
        lambda timeout: httpx.Client(timeout=timeout, transport=httpx.MockTransport(answer)),
    )  # fmt: skip


def test_a_webhook_is_signed_and_carries_its_key(notice: Notice) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    webhook(answer).send(notice)
    (request,) = seen
    timestamp = request.headers[TIMESTAMP_HEADER]
    assert timestamp == str(int(NOW.timestamp()))
    assert request.headers[SIGNATURE_HEADER] == sign(b"s3cr3t", timestamp, request.content)
    assert request.headers[IDEMPOTENCY_HEADER] == "f#0#hook"
    assert json.loads(request.content)["alert"]["rule"] == "test"


def test_the_signature_is_hmac_sha256_of_timestamp_and_body() -> None:
    # printf '0.{}' | openssl dgst -sha256 -hmac key
    expected = "7314351dd949aa7ec06f50fc2c96e618291447672c9b7f10b49d1ce46dad00b3"
    assert sign(b"key", "0", b"{}") == f"sha256={expected}"
    assert sign(b"key", "1", b"{}") != sign(b"key", "0", b"{}")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_passing_answers_are_tried_again(notice: Notice, status: int) -> None:
    channel = webhook(lambda _: httpx.Response(status, headers={"Retry-After": "17"}))
    with pytest.raises(SendingFailed) as caught:
        channel.send(notice)
    assert caught.value.retry_after_seconds == 17


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_permanent_answers_are_not(notice: Notice, status: int) -> None:
    with pytest.raises(SendingRefused, match=str(status)):
        webhook(lambda _: httpx.Response(status)).send(notice)


def test_network_trouble_passes_and_names_no_secret(notice: Notice) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(SendingFailed, match="ConnectError") as caught:
        webhook(answer).send(notice)
    assert "hook.test" not in str(caught.value)


def test_retry_after_may_be_a_date() -> None:
    headers = httpx.Headers({"Retry-After": "Fri, 01 May 2026 12:01:00 GMT"})
    assert retry_after(headers, NOW) == 60
    assert retry_after(httpx.Headers({"Retry-After": "soon"}), NOW) is None


def test_the_log_channel_writes_by_severity(
    notice: Notice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="otzvuk.alerts"):
        LogChannel().send(notice)
    assert caplog.records[0].levelno == logging.ERROR
    assert notice.title in caplog.text


def test_an_unknown_apprise_url_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match=r"channels\.chat\.url"):
        AppriseChannel("chat", "nonsense://")


def test_an_apprise_url_never_reaches_the_log() -> None:
    # Not caplog: it listens to loggers that pass nothing on, too.
    written = io.StringIO()
    program_log = logging.StreamHandler(written)
    logging.getLogger().addHandler(program_log)
    try:
        for url in ("tgram://s3cr3t/123", "slack://s3cr3t", "nosuch://s3cr3t@host", "s3cr3t"):
            with pytest.raises(ConfigurationError) as caught:
                AppriseChannel("chat", url)
            assert "s3cr3t" not in str(caught.value)
    finally:
        logging.getLogger().removeHandler(program_log)
    assert written.getvalue() == ""


def test_apprise_reaches_a_real_server_and_reports_failures(notice: Notice, chat: Chat) -> None:
    channel = AppriseChannel("chat", f"json://127.0.0.1:{chat.port}/")
    channel.send(notice)
    assert json.loads(chat.bodies[0])["title"] == notice.title
    chat.status = 403
    with pytest.raises(SendingRefused, match="403"):
        channel.send(notice)
    chat.status = 500
    with pytest.raises(SendingFailed):
        channel.send(notice)


def test_apprise_lines_without_a_permanent_status() -> None:
    assert permanent_status("Failed to send: Internal Server Error., error=500.") is None
    assert permanent_status("Failed to send: Unauthorized, error=401.") == 401
