"""Every metric, declared once, each with the question it answers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

# Is a stage working, and how much?
RECORDS_IN = Counter(
    "otzvuk_stage_records_in", "Messages taken from the log", ["stage"], registry=REGISTRY
)
RECORDS_OUT = Counter(
    "otzvuk_stage_records_out", "Records published", ["stage", "topic"], registry=REGISTRY
)
# Where does the time go?
BATCH_SECONDS = Histogram(
    "otzvuk_stage_batch_seconds", "Time to handle one batch", ["stage"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60), registry=REGISTRY,
)  # fmt: skip
# How old is a review when a stage is done with it?
END_TO_END_SECONDS = Histogram(
    "otzvuk_stage_end_to_end_seconds", "Seconds from the crawl to this stage's commit", ["stage"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400), registry=REGISTRY,
)  # fmt: skip
# Does a stage keep up?
LAG = Gauge("otzvuk_stage_lag", "Messages waiting for the stage", ["stage"], registry=REGISTRY)
# Did a stage stand still for so long that messages are gone unread?
EXPIRED_UNREAD = Gauge(
    "otzvuk_stage_expired_unread", "Messages that retention dropped before the stage read them",
    ["stage"], registry=REGISTRY,
)  # fmt: skip
# Is the world ill?
RETRIES = Counter(
    "otzvuk_stage_retries", "Batches that will be tried again", ["stage", "error"],
    registry=REGISTRY,
)  # fmt: skip
# Are messages ill?
DEAD_LETTERS = Counter(
    "otzvuk_stage_dead_letters", "Messages refused", ["stage", "error"], registry=REGISTRY
)
# Does a stage hold messages without getting on?
COMMIT_STALLED = Gauge(
    "otzvuk_stage_commit_stalled", "1 while there is lag and no commit for too long", ["stage"],
    registry=REGISTRY,
)  # fmt: skip
LAST_COMMIT = Gauge(
    "otzvuk_stage_last_commit_timestamp_seconds", "Unix time of the last commit", ["stage"],
    registry=REGISTRY,
)  # fmt: skip
STAGE_UP = Gauge("otzvuk_stage_up", "1 while the stage's loop runs", ["stage"], registry=REGISTRY)
# Is the store there, and how often did the embedded one have to be restarted?
STORE_UP = Gauge("otzvuk_store_up", "1 while the store answers a ping", registry=REGISTRY)
STORE_RESTARTS = Counter(
    "otzvuk_store_restarts", "Restarts of the embedded store", registry=REGISTRY
)

# Does the installation look after itself?
CHORE_FAILURES = Counter(
    "otzvuk_chore_failures", "Housekeeping that failed for now", ["chore"], registry=REGISTRY
)

# Does the memory of opinions in the store save work, and does it fail?
STORED_OPINIONS = Counter(
    "otzvuk_stored_opinions",
    "Texts looked up: found, unknown, illegible; failures: not_read, not_written", ["outcome"],
    registry=REGISTRY,
)  # fmt: skip

# Do reviews still read as they did? Of those with words; sources beyond a hundred are `other`.
SENTIMENT_LABELS = Counter(
    "otzvuk_sentiment_labels", "Texts by their own label", ["source", "label"], registry=REGISTRY
)
SENTIMENT_CONFIDENCE = Counter(
    "otzvuk_sentiment_confidence", "Sum of the probability of the label", ["source"],
    registry=REGISTRY,
)  # fmt: skip
SENTIMENT_STARRED = Counter(
    "otzvuk_sentiment_starred", "Texts with a star or a recommendation, by whether both agree",
    ["source", "agree"], registry=REGISTRY,
)  # fmt: skip
SENTIMENT_UNKNOWN = Counter(
    "otzvuk_sentiment_unknown_pieces", "Sum of the share that the vocabulary cannot spell",
    ["source"], registry=REGISTRY,
)  # fmt: skip
SENTIMENT_LANGUAGES = Counter(
    "otzvuk_sentiment_languages", "Texts by language", ["source", "language"], registry=REGISTRY
)
SENTIMENT_TIERS = Counter(
    "otzvuk_sentiment_tiers", "Texts by the tier that read them", ["tier"], registry=REGISTRY
)

# … compared with what?
SENTIMENT_REFERENCE = Gauge(
    "otzvuk_sentiment_reference", "What the model said of texts like those it learnt from",
    ["measure", "name"], registry=REGISTRY,
)  # fmt: skip

# Do people get their alerts?
NOTIFICATIONS = Counter(
    "otzvuk_notifications", "Notices to channels by what became of them", ["channel", "outcome"],
    registry=REGISTRY,
)  # fmt: skip

# Does reading the sources work?
CRAWL_PAGES = Counter("otzvuk_crawl_pages", "Pages read", ["source"], registry=REGISTRY)
CRAWL_REVIEWS = Counter(
    "otzvuk_crawl_reviews", "Reviews published by crawls and imports", ["source"],
    registry=REGISTRY,
)  # fmt: skip
# Do crawls end well, and does a site keep us out?
CRAWL_OUTCOMES = Counter(
    "otzvuk_crawl_outcomes", "Crawls and imports by how they ended", ["source", "outcome"],
    registry=REGISTRY,
)  # fmt: skip

# Are sources visited, and do they still say anything?
CRAWL_JOBS = Counter("otzvuk_crawl_jobs", "Crawl jobs given out", ["source"], registry=REGISTRY)
CRAWL_LISTINGS = Gauge(
    "otzvuk_crawl_listings", "Watched addresses by state: watched, failing, stale",
    ["source", "state"], registry=REGISTRY,
)  # fmt: skip

# What do the alarm rules do, and what keeps them quiet?
ALERTS_RAISED = Counter(
    "otzvuk_alerts_raised", "States of alert episodes published", ["rule", "severity", "state"],
    registry=REGISTRY,
)  # fmt: skip
OPEN_EPISODES = Gauge(
    "otzvuk_open_episodes", "Alert episodes that last", ["rule", "severity"], registry=REGISTRY
)
EVALUATIONS_HELD_BACK = Counter(
    "otzvuk_evaluations_held_back", "Evaluations that did not alarm, by reason", ["rule", "gate"],
    registry=REGISTRY,
)  # fmt: skip

# How do people speak of an entity? (Data, not health: never routed to the system's on-call.)
REPUTATION_NEGATIVE_SHARE = Gauge(
    "otzvuk_reputation_negative_share", "Share of negatives in the last 28 days", ["entity"],
    registry=REGISTRY,
)  # fmt: skip
REPUTATION_RATING = Gauge(
    "otzvuk_reputation_rating", "Mean star of the last 90 days", ["entity"], registry=REGISTRY
)
REPUTATION_SURPRISE = Gauge(
    "otzvuk_reputation_surprise", "Present surprise of a rule, -log10 of a probability",
    ["entity", "rule"], registry=REGISTRY,
)  # fmt: skip

# Is every review that was scraped accounted for?
AUDIT_IMBALANCE = Gauge(
    "otzvuk_audit_imbalance", "Reviews scraped and not accounted for, nothing being in flight",
    ["source"], registry=REGISTRY,
)  # fmt: skip
