"""Every source that this program reads: one file, one line."""

from __future__ import annotations

from crawlers.source import Source
from crawlers.spiders.airbnb import AIRBNB
from crawlers.spiders.amazon import AMAZON
from crawlers.spiders.appstore import APPSTORE
from crawlers.spiders.avito import AVITO
from crawlers.spiders.banki_ru import BANKI_RU
from crawlers.spiders.bazaarvoice import BAZAARVOICE
from crawlers.spiders.booking import BOOKING
from crawlers.spiders.capterra import CAPTERRA
from crawlers.spiders.discourse import DISCOURSE
from crawlers.spiders.ebay import EBAY
from crawlers.spiders.flamp import FLAMP
from crawlers.spiders.foursquare import FOURSQUARE
from crawlers.spiders.g2 import G2
from crawlers.spiders.google_business import GOOGLE_BUSINESS
from crawlers.spiders.google_maps import GOOGLE_MAPS
from crawlers.spiders.google_places import GOOGLE_PLACES
from crawlers.spiders.google_play import GOOGLE_PLAY
from crawlers.spiders.hackernews import HACKERNEWS
from crawlers.spiders.instagram_facebook import INSTAGRAM_FACEBOOK
from crawlers.spiders.irecommend import IRECOMMEND
from crawlers.spiders.magento import MAGENTO
from crawlers.spiders.mangrove import MANGROVE
from crawlers.spiders.mastodon import MASTODON
from crawlers.spiders.otzovik import OTZOVIK
from crawlers.spiders.ozon import OZON
from crawlers.spiders.phpbb import PHPBB
from crawlers.spiders.reddit import REDDIT
from crawlers.spiders.rss import RSS
from crawlers.spiders.schemaorg import SCHEMAORG
from crawlers.spiders.shoppilot import SHOPPILOT
from crawlers.spiders.stackexchange import STACKEXCHANGE
from crawlers.spiders.steam import STEAM
from crawlers.spiders.telegram import TELEGRAM
from crawlers.spiders.tripadvisor import TRIPADVISOR
from crawlers.spiders.trustpilot import TRUSTPILOT
from crawlers.spiders.trustradius import TRUSTRADIUS
from crawlers.spiders.twogis import TWOGIS
from crawlers.spiders.vbulletin import VBULLETIN
from crawlers.spiders.vk import VK
from crawlers.spiders.wildberries import WILDBERRIES
from crawlers.spiders.woocommerce import WOOCOMMERCE
from crawlers.spiders.wordpress import WORDPRESS
from crawlers.spiders.xenforo import XENFORO
from crawlers.spiders.yandex_maps import YANDEX_MAPS
from crawlers.spiders.yandex_market import YANDEX_MARKET
from crawlers.spiders.yelp import YELP
from crawlers.spiders.youtube import YOUTUBE

SOURCES: tuple[Source, ...] = (
    AIRBNB, AMAZON, APPSTORE, AVITO, BANKI_RU, BAZAARVOICE, BOOKING, CAPTERRA, DISCOURSE, EBAY,
    FLAMP, FOURSQUARE, G2, GOOGLE_BUSINESS, GOOGLE_MAPS, GOOGLE_PLACES, GOOGLE_PLAY, HACKERNEWS,
    INSTAGRAM_FACEBOOK, IRECOMMEND, MAGENTO, MANGROVE, MASTODON, OTZOVIK, OZON, PHPBB, REDDIT, RSS,
    SCHEMAORG, SHOPPILOT, STACKEXCHANGE, STEAM, TELEGRAM, TRIPADVISOR, TRUSTPILOT, TRUSTRADIUS,
    TWOGIS, VBULLETIN, VK, WILDBERRIES, WOOCOMMERCE, WORDPRESS, XENFORO, YANDEX_MAPS, YANDEX_MARKET,
    YELP, YOUTUBE,
)  # fmt: skip
SOURCE_BY_NAME: dict[str, Source] = {source.name: source for source in SOURCES}

__all__ = ["SOURCES", "SOURCE_BY_NAME"]
