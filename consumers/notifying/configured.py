"""Channels from the settings: one line a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from consumers.notifying.apprise_channel import AppriseChannel
from consumers.notifying.channel import Channel
from consumers.notifying.log_channel import LogChannel
from consumers.notifying.webhook import WebhookChannel
from pipeline.clock import Clock, SystemClock
from pipeline.records import Alert
from pipeline.settings import ChannelSettings, Settings

SEVERITY_RANK = {"info": 0, "warning": 1, "critical": 2}

KINDS: Mapping[str, Callable[[str, ChannelSettings, Clock], Channel]] = {
    "log": lambda _name, _settings, _clock: LogChannel(),
    "webhook": lambda _name, settings, clock: WebhookChannel(
        settings.url, settings.secret, settings.timeout_seconds, clock
    ),
    "apprise": lambda name, settings, _clock: AppriseChannel(name, settings.url),
}


@dataclass(frozen=True)
class ConfiguredChannel:
    """A channel and what the settings say of it."""

    channel: Channel
    settings: ChannelSettings

    def wants(self, alert: Alert) -> bool:
        """Whether the alert passes the channel's filters."""
        rules, entities = self.settings.rules, self.settings.entities
        return (
            SEVERITY_RANK[alert.severity] >= SEVERITY_RANK[self.settings.min_severity]
            and (not rules or alert.rule in rules)
            and (not entities or alert.entity_id in entities)
        )


def build_channels(settings: Settings, clock: Clock | None = None) -> dict[str, ConfiguredChannel]:
    """Every configured channel by name; raises ConfigurationError for one that cannot be."""
    used = clock or SystemClock()
    return {
        name: ConfiguredChannel(KINDS[channel.type](name, channel, used), channel)
        for name, channel in settings.channels.items()
    }
