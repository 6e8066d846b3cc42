"""How Scrapy behaves on other people's sites: politeness first."""

from __future__ import annotations

from typing import Any

from crawlers.browser import browser_settings
from crawlers.conversation import Order
from crawlers.guard import GUARD_SETTING, Guard
from crawlers.proxying import PROXY_SETTING
from pipeline.settings import CrawlSettings

MEGABYTE = 1024 * 1024
MAX_REDIRECTS = 5
MAX_THROTTLED_DELAY_SECONDS = 60.0


def scrapy_settings(order: Order) -> dict[str, Any]:
    """Settings of one fetching process."""
    crawl = order.crawl
    guard = Guard(allow_loopback=crawl.allow_loopback, proxy=order.secrets.proxy)
    return {
        **_manners(crawl),
        **_bounds(crawl),
        **_safety(guard),
        **_proxy(order),
        **(_browser(order, guard) if order.use_browser else {}),
        **_quiet(),
    }


def _manners(crawl: CrawlSettings) -> dict[str, Any]:
    return {
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": crawl.delay_seconds,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": crawl.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": max(MAX_THROTTLED_DELAY_SECONDS, crawl.delay_seconds),
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "same-origin",
        # A stored copy would hide new reviews.
        "HTTPCACHE_ENABLED": False,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/json,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ru,en;q=0.8",
        },
    }


def _bounds(crawl: CrawlSettings) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": crawl.timeout_seconds,
        # Also bounds what a compressed body may unpack to.
        "DOWNLOAD_MAXSIZE": crawl.max_response_megabytes * MEGABYTE,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": crawl.retries,
        "RETRY_HTTP_CODES": [408, 429, 500, 502, 503, 504, 520, 521, 522, 524],
        "REDIRECT_MAX_TIMES": MAX_REDIRECTS,
        "METAREFRESH_MAXDELAY": 5,
        "CLOSESPIDER_TIMEOUT": crawl.max_seconds,
        # Refusals are pages too: they tell a captcha from a missing page.
        "HTTPERROR_ALLOW_ALL": True,
    }


def _proxy(order: Order) -> dict[str, Any]:
    """A proxy resolves names for us, past the guard: only one that the operator chose, and
    never one that the environment happens to name."""
    return {
        "HTTPPROXY_ENABLED": order.secrets.proxy is not None,
        PROXY_SETTING: order.secrets.proxy,
    }


def _browser(order: Order, guard: Guard) -> dict[str, Any]:
    return browser_settings(guard, order.crawl.timeout_seconds, order.secrets.proxy)


def _safety(guard: Guard) -> dict[str, Any]:
    return {
        GUARD_SETTING: guard,
        "TWISTED_DNS_RESOLVER": "crawlers.guard.GuardedResolver",
        "DNSCACHE_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.robots.StrictRobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "crawlers.retrying.PatientRetryMiddleware": 550,
            "crawlers.proxying.OneProxyMiddleware": 740,
            # Between retries and the network: sees every request, redirects and robots.txt too.
            "crawlers.guard.GuardMiddleware": 800,
        },
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }


def _quiet() -> dict[str, Any]:
    return {
        "LOG_LEVEL": "ERROR",
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "MEMUSAGE_ENABLED": False,
    }
