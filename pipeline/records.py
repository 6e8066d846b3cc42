"""The records that travel through the pipeline: frozen, keyword-only, checked once at the border.

JSON on the wire. A new field always has a default, so that an older message still decodes.
One file, because it is one contract; it is long for the sentence that every field has.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Identifier = Annotated[str, Meta(min_length=1, max_length=512)]
ShortText = Annotated[str, Meta(max_length=2_000)]
LongText = Annotated[str, Meta(max_length=100_000)]
Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
Stars = Annotated[float, Meta(ge=1.0, le=5.0)]
Count = Annotated[int, Meta(ge=0)]
AwareTime = Annotated[datetime, Meta(tz=True)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")]

SourceKind = Literal[
    "marketplace", "catalogue", "classifieds", "auction", "review_site", "aggregator", "map",
    "qa", "social", "blog", "video", "app_store", "travel", "forum", "own_site", "import", "web",
]  # fmt: skip
DatePrecision = Literal["second", "minute", "day", "month", "year", "relative"]
SentimentLabel = Literal["negative", "neutral", "positive"]
Verdict = Literal["confirmed", "plausible", "unusual", "not_confirmed", "insufficient_evidence"]
Severity = Literal["info", "warning", "critical"]
AlertState = Literal["open", "updated", "resolved"]
StoreOutcome = Literal["new", "changed", "rescored", "unchanged"]

LETTER = "letter"
"""`Author.identified_by` of a letter whose scan the importing person keeps: nobody checked it."""


class Author(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wrote the review, as far as the page tells."""

    id: ShortText | None = None
    """Stable id or profile handle at the source; None when the source gives none."""
    name: ShortText | None = None
    """Shown name; None when anonymous."""
    profile_url: ShortText | None = None
    """Link to the public profile."""
    reviews_count: Count | None = None
    """How many reviews the profile claims; None when not said."""
    role: ShortText | None = None
    """Job title or role, on business-to-business sites."""
    company: ShortText | None = None
    """Named company of the author."""
    location: ShortText | None = None
    """City or country as shown."""
    has_picture: bool | None = None
    """Whether the profile has a picture; None when the page cannot tell."""
    identified_by: ShortText | None = None
    """How the source confirmed the identity ("professional network", …); None when not said."""


class Scale(Struct, frozen=True, kw_only=True):
    """The rating as the source gave it, before it was mapped to 1…5."""

    value: float
    """Value on the source's own scale."""
    worst: float = 1.0
    """Lowest value of that scale."""
    best: float = 5.0
    """Highest value of that scale."""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer under the review."""

    text: LongText
    """What it says."""
    author: ShortText | None = None
    """Who answered, as shown."""
    is_owner: bool = False
    """True when the company answered officially."""
    replied_at: AwareTime | None = None
    """When; None when not said."""


class Votes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How other readers judged the review."""

    helpful: Count = 0
    """Readers who found it helpful (likes, agrees)."""
    unhelpful: Count = 0
    """Readers who did not."""


class Review(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One opinion of one author about one watched entity, or a mention on a forum."""

    review_id: Identifier
    """`source:native id`, or `source:~digest` where the source gives none."""
    source: Identifier
    """Name of the source (`schemaorg`, `appstore`, or the site an import names)."""
    kind: SourceKind = "web"
    """What sort of place it is."""
    entity_id: Identifier
    """The watched entity it is about."""
    url: ShortText | None = None
    """Where it can be read."""
    author: Author = Author()
    """Who wrote it."""
    rating: Stars | None = None
    """1…5, the author's own; None when no star was given."""
    rating_original: Scale | None = None
    """The rating on the source's scale; None when no star was given."""
    title: ShortText = ""
    text: LongText = ""
    """Plain text: no markup, line breaks kept."""
    pros: LongText = ""
    """What the author liked, where the source asks for it separately."""
    cons: LongText = ""
    """What the author disliked, where the source asks for it separately."""
    product: ShortText | None = None
    """Product or place that the source names."""
    language: Language | None = None
    """ISO 639 code that the source or the understanding gave; None when not known."""
    published_at: AwareTime | None = None
    """The review's own date, UTC; None when the page gives none or an impossible one."""
    published_precision: DatePrecision | None = None
    """How exact `published_at` is."""
    published_raw: ShortText | None = None
    """The date as the page wrote it, always kept."""
    edited_at: AwareTime | None = None
    """When the author last changed it, where the source says so."""
    crawled_at: AwareTime
    """When we read it, UTC."""
    verified_purchase: bool | None = None
    """The source's mark of a confirmed purchase or visit; None when it says nothing."""
    usage_period: ShortText | None = None
    """How long the author used the thing, as written."""
    recommends: bool | None = None
    """Whether the author recommends; None when not asked."""
    votes: Votes | None = None
    """Readers' votes; None when the source has none."""
    replies: tuple[Reply, ...] = ()
    """Answers under it, oldest first."""
    replies_left_out: Count = 0
    """Further answers, left out since a record holds only so much."""
    media_count: Count = 0
    """Attached photos and videos."""
    is_mention: bool = False
    """True for a forum or social post: no star is expected, and it may speak of other things."""
    thread_id: ShortText | None = None
    """Thread of a mention."""
    parent_id: ShortText | None = None
    """Post that a mention answers."""
    crawl_id: ShortText = ""
    """The crawl or import run that read it."""
    listing: ShortText | None = None
    """The watched address it was found under; None for an import. A later pass over the same
    listing that does not see it any more can say that it is gone."""
    is_backfill: bool = False
    """Read by an entity's first pass over a source or an import: history, not news."""
    content_hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    """Digest of everything a person wrote (rating, title, text, pros, cons, recommendation,
    verification, replies): equal means unchanged. Votes and crawl time do not count."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields that only this source has, as JSON values."""

    def __post_init__(self) -> None:
        """Refuse times that have no UTC day: their offset leads out of the calendar."""
        for moment in (self.published_at, self.edited_at, self.crawled_at):
            if moment is not None and not MINYEAR < moment.year < MAXYEAR:
                raise ValueError(f"{moment.isoformat()} is outside the calendar in UTC")

    @property
    def event_time(self) -> datetime:
        """The review's own time, or the time we read it when it gives none."""
        return self.published_at or self.crawled_at

    @property
    def event_day(self) -> str:
        """UTC day of `event_time`, `YYYY-MM-DD`."""
        return self.event_time.astimezone(UTC).date().isoformat()

    @property
    def crawl_day(self) -> str:
        """UTC day on which we read it, `YYYY-MM-DD`: the day the audit counts by."""
        return self.crawled_at.astimezone(UTC).date().isoformat()

    @property
    def full_text(self) -> str:
        """Title, text, pros and cons, in the order a person reads them."""
        return "\n".join(part for part in (self.title, self.text, self.pros, self.cons) if part)


class Probabilities(Struct, frozen=True, kw_only=True):
    """Three probabilities that sum to one."""

    negative: Probability
    neutral: Probability
    positive: Probability


ASPECTS = (
    "quality", "assortment", "price", "delivery", "staff", "waiting", "refund", "premises", "app",
    "safety",
)  # fmt: skip
"""What reviews judge, as far as models name it."""


class AspectOpinion(Struct, frozen=True, kw_only=True):
    """One aspect the review judges."""

    aspect: ShortText
    """One of `ASPECTS`."""
    polarity: SentimentLabel
    words: tuple[ShortText, ...] = ()
    """The words that say so."""
    confidence: Probability | None = None
    """How sure the model is that the aspect is judged, and so; None when it cannot tell."""


class Complaint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What makes a complaint one that can be acted on; each part with the words that say so."""

    problem: tuple[ShortText, ...] = ()
    """A concrete problem."""
    specifics: tuple[ShortText, ...] = ()
    """What exactly, when, how much."""
    request: tuple[ShortText, ...] = ()
    """The outcome that the author asks for."""


class Understanding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a review says, and which model says so."""

    label: SentimentLabel
    """Final label: the text's verdict and the author's star together."""
    score: Annotated[float, Meta(ge=-1.0, le=1.0)]
    """−1 (negative) … 1 (positive), of the final label's distribution."""
    probabilities: Probabilities
    """Final distribution, text and star together."""
    text_label: SentimentLabel | None = None
    """The text's own verdict, the star not seen; None when there is no text."""
    text_probabilities: Probabilities | None = None
    """The text's own distribution; None when there is no text."""
    expected_star: Stars | None = None
    """Star that the text alone suggests; None when there is no text."""
    language: Language | None = None
    """Language of the text; None when there is none."""
    aspects: tuple[AspectOpinion, ...] = ()
    """Aspects found, empty when the model finds none or cannot tell."""
    constructiveness: Probability | None = None
    """How concrete a complaint is; None when the model cannot tell."""
    complaint: Complaint | None = None
    """The parts behind `constructiveness`; None when the model cannot tell."""
    mixed: Probability | None = None
    """That it praises and blames at once; None when the model cannot tell."""
    junk: Probability | None = None
    """That it holds no opinion about the entity at all; None when the model cannot tell."""
    unmeasured: tuple[ShortText, ...] = ()
    """Answers that were never measured in this language (`sentiment`, `aspects`, `mixed`, `junk`,
    `constructiveness`): believe them less."""
    unknown_pieces: Probability | None = None
    """Share of the text that the model's vocabulary cannot spell; None when it does not count."""
    read_by: Identifier | None = None
    """Revision of the tier that read the text, where `model` is made of several."""
    model: Identifier
    """Model revision, `name@digest`."""


class SignalReading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one authenticity signal saw."""

    name: Identifier
    group: Literal["text", "author", "burst", "network", "provenance"]
    value: float
    """Raw value, in the signal's own unit."""
    contribution: float
    """Log-odds added to "not genuine" (negative: speaks for the review), after clipping."""
    reason_ru: ShortText
    reason_en: ShortText
    evidence: dict[str, Any] = field(default_factory=dict)
    """Raw numbers and ids behind the value."""


class Authenticity(Struct, frozen=True, kw_only=True):
    """How far a review can be believed, and why."""

    score: Probability
    """1 − P(not genuine)."""
    verdict: Verdict
    coverage: Probability
    """Share of the five signal groups that could say anything."""
    signals: tuple[SignalReading, ...] = ()
    """Every reading, largest absolute contribution first."""
    model: Identifier
    """Revision of the weights."""


class UnderstoodReview(Struct, frozen=True, kw_only=True):
    """A review and what it says."""

    review: Review
    understanding: Understanding


class ScoredReview(Struct, frozen=True, kw_only=True):
    """A review, what it says, and how far it can be believed."""

    review: Review
    understanding: Understanding
    authenticity: Authenticity


class StoredReview(Struct, frozen=True, kw_only=True):
    """Notice that a review is in the store now; read the rest there."""

    review_id: Identifier
    entity_id: Identifier
    source: Identifier
    event_day: Day
    outcome: StoreOutcome
    label: SentimentLabel
    is_backfill: bool = False
    stored_at: AwareTime
    crawled_at: AwareTime


class AlertDriver(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that drives an alert."""

    name: ShortText
    """`source`, `aspect`, `new_authors`, `low_authenticity`, …"""
    value: ShortText
    """Which one ("delivery", "ozon")."""
    count: Count
    """Reviews of the evidence that it explains."""
    share: Probability
    """Share of the evidence."""
    usual_share: Probability | None = None
    """Share in the baseline; None when there is too little."""
    whole: Count | None = None
    """Reviews of the window of which `count` are so; None where all of the evidence is meant."""
    usual_count: Count | None = None
    """Reviews of the reference period that are so; None, as the next two, without a test."""
    usual_whole: Count | None = None
    """Reviews of the reference period that could be compared."""
    chance: Probability | None = None
    """Probability of so large a share if nothing had changed, adjusted for all that were tested;
    which test: `docs/alerting.md`."""
    evidence: tuple[Identifier, ...] = ()
    """Ids of reviews that it explains, most telling first, at most 10."""


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One state of one alarm episode of one entity."""

    fingerprint: Identifier
    """Digest of rule, entity and episode start: one per episode."""
    sequence: Count
    """0 for the first notice, then one more at every re-notification or resolution."""
    rule: Identifier
    entity_id: Identifier
    severity: Severity
    state: AlertState
    window_start: Day
    window_end: Day
    """Last event day of the window, inclusive."""
    observed: float
    expected: float
    surprise: float
    """−log10 of the probability of seeing so much by chance (or the rule's own strength)."""
    threshold: float
    """What `surprise` had to reach."""
    title_ru: ShortText
    title_en: ShortText
    text_ru: LongText
    text_en: LongText
    evidence: tuple[Identifier, ...] = ()
    """Ids of the reviews behind it, most telling first, at most 50."""
    drivers: tuple[AlertDriver, ...] = ()
    started_at: AwareTime
    """When the episode opened."""
    raised_at: AwareTime
    """When this state was reached."""
    details: dict[str, Any] = field(default_factory=dict)
    """Numbers of the rule, for whoever wants to recompute it."""


class CrawlJob(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One pass over one source of one entity."""

    job_id: Identifier
    entity_id: Identifier
    source: Identifier
    """Parser's name, or `auto`."""
    url: ShortText
    is_full: bool = False
    """True to cover everything instead of stopping at known reviews."""
    due_at: AwareTime


class CrawlReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one published portion of a crawl or import held; the last one has the outcome."""

    crawl_id: Identifier
    sequence: Count
    """0, 1, 2 … within the crawl: a portion is published together with its reviews."""
    entity_id: Identifier
    source: Identifier
    url: ShortText | None = None
    published: dict[str, dict[str, int]] = field(default_factory=dict)
    """source → crawl day → reviews published with this portion (the audit's left side)."""
    is_final: bool = False
    outcome: ShortText = "running"
    """`running`, `complete`, `capped`, `stopped_at_known`, `blocked`, `failed`, …"""
    reason: ShortText = ""
    """What happened, for a person, with a remedy."""
    seen: Count = 0
    """Reviews read in the whole crawl so far."""
    claimed_total: Count | None = None
    """How many the source claims to have; None when it does not say."""
    new: Count = 0
    """Ids not known before this crawl; the three add up to `seen` when the store answers."""
    changed: Count = 0
    unchanged: Count = 0
    pages: Count = 0
    gone: Count = 0
    """Stored reviews that this crawl looked for in their place and did not find."""
    gone_ids: tuple[Identifier, ...] = ()
    """Those of them that this portion names."""
    filled: dict[str, Count] = field(default_factory=dict)
    """Field → reviews of this crawl in which it was filled; empty for an import."""
    skipped: Count = 0
    """Rows or blocks that are no review, each explained in `problems`."""
    problems: tuple[ShortText, ...] = ()
    """First few problems, for a person."""
    is_backfill: bool = False
    is_full: bool = False
    """Whether it was to cover everything instead of stopping at known reviews."""
    read_as: Identifier | None = None
    """Name of the parser that read the pages, which `source` = `auto` does not tell."""
    is_api: bool = False
    """Whether the source's official API was asked instead of its public pages."""
    job_id: Identifier | None = None
    """The scheduled job; None for a crawl by hand."""
    started_at: AwareTime
    reported_at: AwareTime


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that a stage refused, whole, with the reason."""

    letter_id: Identifier
    """`stage:topic:partition:offset`: the same message is never two letters."""
    stage: Identifier
    topic: Identifier
    partition: Count
    offset: Count
    key: bytes | None
    value: bytes
    """The message as it came (base64 in JSON)."""
    cut_from: Count | None = None
    """Bytes of the message when it was too large to be kept whole: it cannot be replayed from
    here. None when it is whole."""
    headers: dict[str, str] = field(default_factory=dict)
    error: ShortText
    """Class of the error."""
    reason: LongText
    attempts: Count = 1
    failed_at: AwareTime


Record = (
    Review | UnderstoodReview | ScoredReview | StoredReview | Alert | CrawlJob | CrawlReport
    | DeadLetter
)  # fmt: skip
