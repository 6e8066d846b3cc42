"""Every source that this program reads: one file, one line."""

from __future__ import annotations

from crawlers.source import Source
from crawlers.spiders.appstore import APPSTORE
from crawlers.spiders.discourse import DISCOURSE
from crawlers.spiders.google_play import GOOGLE_PLAY
from crawlers.spiders.schemaorg import SCHEMAORG
from crawlers.spiders.steam import STEAM
from crawlers.spiders.trustpilot import TRUSTPILOT

SOURCES: tuple[Source, ...] = (APPSTORE, DISCOURSE, GOOGLE_PLAY, SCHEMAORG, STEAM, TRUSTPILOT)
SOURCE_BY_NAME: dict[str, Source] = {source.name: source for source in SOURCES}

__all__ = ["SOURCES", "SOURCE_BY_NAME"]
