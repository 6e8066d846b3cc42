"""Whatever apprise speaks: Telegram, Slack, mail and a hundred more."""

from __future__ import annotations

import logging
import re

import apprise

from consumers.notifying.channel import Notice, SendingFailed, SendingRefused
from pipeline.errors import ConfigurationError

TYPES = {"info": "info", "warning": "warning", "critical": "failure"}
PERMANENT_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 422})


class AppriseChannel:
    """Sends through one apprise URL, which holds the secrets and is never shown."""

    def __init__(self, name: str, url: str) -> None:
        keep_secrets_out_of_the_log()
        self._target = apprise.Apprise()
        if not self._target.add(url):
            raise ConfigurationError(
                f"channels.{name}.url: apprise does not understand it: see apprise's list of "
                "services for the form of its URL"
            )

    def send(self, notice: Notice) -> None:
        """Send it. Apprise only says yes or no; what it logged tells the kind of failure."""
        capture = apprise.LogCapture(level=logging.WARNING)  # type: ignore[no-untyped-call]  # apprise has no types
        with capture as captured:
            is_sent = self._target.notify(
                title=notice.title,
                body=notice.body,
                notify_type=TYPES[notice.alert.severity],
            )
            reasons = captured.getvalue()
        if is_sent:
            return
        if status := permanent_status(reasons):
            raise SendingRefused(f"the service answered {status}: check the channel's URL")
        raise SendingFailed("the service did not take it")


def keep_secrets_out_of_the_log() -> None:
    """Apprise logs the URLs that it cannot read, and some of those it cannot reach, whole."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())


def permanent_status(logged: str) -> int | None:
    """The HTTP status in apprise's log lines that no retry can mend, if there is one."""
    found = [int(status) for status in re.findall(r"error[= ](\d{3})\b", logged)]
    return next((status for status in found if status in PERMANENT_STATUSES), None)
