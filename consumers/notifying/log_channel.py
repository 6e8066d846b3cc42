"""The channel that always works: a line in the program's own log."""

from __future__ import annotations

import logging

from consumers.notifying.channel import Notice

logger = logging.getLogger("otzvuk.alerts")

LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.ERROR}


class LogChannel:
    """Writes the notice to the logger `otzvuk.alerts`."""

    def send(self, notice: Notice) -> None:
        """Write it; this never fails."""
        logger.log(LEVELS[notice.alert.severity], "%s\n%s", notice.title, notice.body)
