"""Sends every request of a crawl, robots.txt included, through the operator's proxy."""

from __future__ import annotations

from typing import Any

from scrapy import Request

PROXY_SETTING = "OTZVUK_PROXY"


class OneProxyMiddleware:
    """Goes before Scrapy's own proxy middleware, which turns the password into a header."""

    def __init__(self, proxy: str | None) -> None:
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Any) -> OneProxyMiddleware:
        return cls(crawler.settings.get(PROXY_SETTING))

    def process_request(self, request: Request) -> None:
        """Also keeps a proxy of the environment from being used: None means none."""
        request.meta.setdefault("proxy", self._proxy)
