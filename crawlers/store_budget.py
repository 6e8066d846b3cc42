"""A site's turns as leases in the store, so that workers on other machines keep them, too."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psutil

from crawlers.budget import LOOK_SECONDS, Budget, Held, IsStopped, SitePaused, Turn, sleep_a_little
from pipeline.clock import Clock
from pipeline.errors import StoreUnavailable
from pipeline.mongo import Document, DuplicateKey, Store, translated_errors

_HOLDER = "{host}/{pid}/{turn}"


class StoreBudget:
    """Leases in the collection `crawl_budget`; times are of the machines' own clocks."""

    def __init__(self, store: Store, clock: Clock, without_store: Budget) -> None:
        self._sites = store["crawl_budget"]
        self._clock = clock
        self._without_store = without_store

    @contextmanager
    def turn(self, wanted: Turn, is_stopped: IsStopped) -> Iterator[Held]:
        holder = _HOLDER.format(host=socket.gethostname(), pid=os.getpid(), turn=uuid.uuid4().hex)
        try:
            self._wait(wanted, holder, is_stopped)
        except StoreUnavailable:
            with self._without_store.turn(wanted, is_stopped) as held:
                yield held
            return
        held = Held(wanted.delay_seconds)
        try:
            yield held
        finally:
            self._release(wanted.site, holder, held)

    def pause(self, site: str, seconds: float, reason: str) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        self._without_store.pause(site, seconds, reason)
        try:
            with translated_errors():
                self._sites.update_one(
                    {"_id": site},
                    {"$max": {"paused_until": until}, "$set": {"reason": reason[:300]}},
                    upsert=True,
                )
        except StoreUnavailable:
            return  # the pause on this machine holds

    def _wait(self, wanted: Turn, holder: str, is_stopped: IsStopped) -> None:
        deadline = self._clock.monotonic() + wanted.patience_seconds
        while True:
            now = self._clock.now()
            found = self._take(wanted, holder, now)
            if found["holder"] == holder:
                return
            paused = found.get("paused_until")
            if paused is not None and paused > now:
                raise SitePaused(wanted.site, paused, found.get("reason", ""))
            left = found["free_at"] - now
            sleep_a_little(self._clock, left, deadline, is_stopped, wanted.site)

    def _take(self, wanted: Turn, holder: str, now: datetime) -> Document:
        """The site's document: ours when its `holder` is."""
        free: Document = {
            "_id": wanted.site,
            "free_at": {"$lte": now},
            "$or": [{"paused_until": None}, {"paused_until": {"$lte": now}}],
        }
        until = now + timedelta(seconds=wanted.lease_seconds)
        taken: Document = {"$set": {"holder": holder, "free_at": until}}
        with translated_errors():
            found = self._sites.find_one_and_update(free, taken, return_document=True)
            if found is not None:
                return found
            known = self._sites.find_one({"_id": wanted.site})
            if known is not None and "free_at" in known:
                return self._without_the_dead(known, now)
            return self._first(wanted, known, holder, now)

    def _without_the_dead(self, known: Document, now: datetime) -> Document:
        """The site is free when the process that held it was killed on this machine; of one on
        another machine only the end of the lease tells."""
        if not _is_dead(known["holder"]):
            return known
        self._sites.update_one(
            {"_id": known["_id"], "holder": known["holder"]},
            {"$set": {"holder": "", "free_at": now}},
        )
        return {**known, "holder": "", "free_at": now}

    def _first(self, wanted: Turn, known: Document | None, holder: str, now: datetime) -> Document:
        """Nobody asked this site before; of two who see that, the key lets one in."""
        if known is not None:  # it was paused before anybody took a turn
            self._sites.update_one(
                {"_id": wanted.site, "free_at": None}, {"$set": {"free_at": now, "holder": ""}}
            )
            return {**known, "free_at": now, "holder": ""}
        first: Document = {
            "_id": wanted.site, "holder": holder, "paused_until": None,
            "free_at": now + timedelta(seconds=wanted.lease_seconds),
        }  # fmt: skip
        try:
            self._sites.insert_one(first)
        except DuplicateKey:
            return {"holder": "", "free_at": now + timedelta(seconds=LOOK_SECONDS)}
        return first

    def _release(self, site: str, holder: str, held: Held) -> None:
        free_at = self._clock.now() + timedelta(seconds=held.delay_seconds)
        try:
            with translated_errors():
                self._sites.update_one(
                    {"_id": site, "holder": holder},
                    {"$set": {"free_at": free_at, "holder": ""}},
                )
        except StoreUnavailable:
            return  # the lease runs out by itself


def _is_dead(holder: str) -> bool:
    host, _, rest = holder.rpartition("/")[0].rpartition("/")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        # One whose parent does not ask how it ended stays on the list for as long.
        return psutil.Process(int(rest)).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
