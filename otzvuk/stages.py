"""The stages, in the order in which a review passes them: one line each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from consumers.alerting.stage import AlertingStage
from consumers.authenticity.stage import AuthenticityStage
from consumers.notifying.configured import build_channels
from consumers.notifying.stage import NotifyingStage
from consumers.sentiment.models import configured_model, reference_of
from consumers.sentiment.stage import SentimentStage
from consumers.sentiment.stored_opinions import StoredOpinions
from consumers.storing.dead_letters import DeadLetterStage
from consumers.storing.reports import ReportsStage
from consumers.storing.stage import StoreStage
from otzvuk.application import Application
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.stage import Stage
from pipeline.stream import StageRunner


@dataclass(frozen=True, kw_only=True)
class StageEntry:
    """How a stage is built, and what it reads."""

    topic: str
    build: Callable[[Application, Store], Stage]


STAGES: Mapping[str, StageEntry] = {
    "reports": StageEntry(
        topic="crawl.reports", build=lambda app, store: ReportsStage(store, app.clock)
    ),
    "sentiment": StageEntry(
        topic="reviews.raw",
        build=lambda app, store: SentimentStage(
            configured_model(
                app.settings.models.sentiment,
                StoredOpinions(store, app.clock),
                app.settings.models.labels,
            ),
            reference_of(app.settings.models.sentiment),
        ),
    ),
    "authenticity": StageEntry(
        topic="reviews.understood", build=lambda app, store: AuthenticityStage(store, app.clock)
    ),
    "store": StageEntry(
        topic="reviews.scored", build=lambda app, store: StoreStage(store, app.clock)
    ),
    "alerting": StageEntry(
        topic="reviews.stored",
        build=lambda app, store: AlertingStage(store, app.clock, app.settings.alerts),
    ),
    "notifying": StageEntry(
        topic="alerts",
        build=lambda app, store: NotifyingStage(
            store, build_channels(app.settings), app.clock, app.settings.alerts
        ),
    ),
    "dead-letters": StageEntry(
        topic="dead-letters", build=lambda app, store: DeadLetterStage(store, app.clock)
    ),
}


def build_runner(
    name: str, app: Application, log: EventLog, store: Store, stop: threading.Event
) -> StageRunner:
    """The runner of one stage; raises KeyError for a name that is not in the table."""
    stage = STAGES[name].build(app, store)
    return StageRunner(stage, log, app.settings.stages, app.clock, stop)
