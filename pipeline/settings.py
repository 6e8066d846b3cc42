"""One frozen settings object, built once in `main()` from a file and the environment.

Order: defaults, then the YAML file, then `OTZVUK_*` variables (`OTZVUK_HTTP__PORT=9500` sets
`http.port`). `${NAME}` inside a string of the file is read from the environment, so that
secrets need not stand in it. Everything wrong is reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
import yaml
from msgspec import Meta, Struct, field

from pipeline.errors import ConfigurationError
from pipeline.records import SentimentLabel

ENVIRONMENT_PREFIX = "OTZVUK_"
CONFIG_VARIABLE = "OTZVUK_CONFIG"
UNREAD_PREFIXES = ("OTZVUK_TEST_", "OTZVUK_KEY_", CONFIG_VARIABLE)
"""Variables with the prefix that are not settings: of tests, keys of sources, the file itself."""

Positive = Annotated[float, Meta(gt=0)]
PositiveInt = Annotated[int, Meta(gt=0)]


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the settings; unknown names are errors."""


class HttpSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where /metrics, /healthz and /readyz listen."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 9464
    """0 lets the system choose."""


class ModelSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which models the stages use."""

    sentiment: str = "cascade"
    """`fast`: the shipped linear model. `accurate`: the shipped transformer, which names aspects.
    `cascade`: the fast one where it is sure of a few words, the accurate one for the rest.
    `none`: texts are not read, the author's star decides. `hf:org/name@revision`, or the path of a
    folder: any classifier of Hugging Face that is on disk; nothing is downloaded while running."""
    labels: dict[str, str] = field(default_factory=dict)
    """What the outputs of such a classifier mean, where their names do not say it: name →
    negative, neutral or positive (`LABEL_0: negative`), in capitals or not."""


class StageSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How every stage runs."""

    batch_messages: PositiveInt = 500
    """Most messages handled at once."""
    poll_seconds: Positive = 0.25
    """Longest wait for new messages, and longest time between two polls while backing off."""
    session_timeout_seconds: Positive = 30.0
    """A member silent for this long loses its partitions."""
    backoff_initial_seconds: Positive = 0.5
    backoff_max_seconds: Positive = 60.0
    dead_letter_limit: PositiveInt = 100
    """Refused messages within the window that stop the stage."""
    dead_letter_window_seconds: Positive = 600.0
    drain_seconds: Positive = 20.0
    """Longest time to finish the batch in hand after SIGTERM."""
    stuck_after_seconds: Positive = 120.0
    """Lag without a commit for this long counts as "commit not advancing"."""


VARIABLE = r"^([A-Za-z_][A-Za-z0-9_]*)?$"
VariableName = Annotated[str, Meta(pattern=VARIABLE)]


class SourceSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one source is read; everything is off by default."""

    proxy: VariableName = ""
    """Name of the environment variable with the proxy's URL; never the URL itself."""
    cookies: VariableName = ""
    """Name of the environment variable with a Cookie header; never the header itself."""
    browser: bool = False
    """Read its pages with a real browser: needs the extra `otzvuk[browser]`."""
    delay_seconds: Annotated[float, Meta(ge=0)] | None = None
    """In place of `crawl.delay_seconds`."""
    max_pages: PositiveInt | None = None
    """In place of `crawl.max_pages`."""


class CrawlSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How we behave on other people's sites."""

    user_agent: str = "Otzvuk/0.1 (+review monitoring; respects robots.txt)"
    delay_seconds: Annotated[float, Meta(ge=0)] = 1.0
    timeout_seconds: Positive = 30.0
    retries: Annotated[int, Meta(ge=0, le=10)] = 3
    max_response_megabytes: PositiveInt = 16
    max_memory_megabytes: PositiveInt = 1_024
    """Data that one fetching process may hold; a page that takes more is given up."""
    max_pages: PositiveInt = 500
    max_seconds: PositiveInt = 3_600
    overlap_reviews: PositiveInt = 5
    """An incremental pass ends after so many known, unchanged reviews in a row."""
    full_every_days: Positive = 7.0
    """How often everything is read again, for edits and removals."""
    shortest_interval_hours: Positive = 6.0
    """A busy source is not visited more often."""
    longest_interval_days: Positive = 7.0
    """A quiet source is not visited less often."""
    allow_loopback: bool = False
    """Only for tests and the demo: lets a crawl reach this machine."""
    sources: dict[str, SourceSettings] = field(default_factory=dict)
    """Source → options of its own: browser, delay_seconds, max_pages, and proxy and cookies, which
    name the environment variables that hold the proxy's URL and the Cookie header."""


class AlertSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How easily people are woken."""

    preset: Literal["quiet", "balanced", "sensitive"] = "balanced"
    min_covered_days: PositiveInt = 28
    """No alarm about an entity with less history than this."""
    cooldown_days: Annotated[int, Meta(ge=0)] = 7
    renotify_step: Positive = 2.0
    """Notify again when the surprise grew by this much."""
    language: Literal["ru", "en"] = "ru"
    """Language of the messages that channels send."""


class ChannelSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place where alerts are sent."""

    type: Literal["log", "webhook", "apprise"]
    url: str = ""
    """Target; for apprise its URL (`tgram://…`). Never shown."""
    secret: str = ""
    """Webhook signing key. Never shown."""
    min_severity: Literal["info", "warning", "critical"] = "info"
    rules: tuple[str, ...] = ()
    """Only these rules; empty for all."""
    entities: tuple[str, ...] = ()
    """Only these entities; empty for all."""
    timeout_seconds: Positive = 10.0
    max_attempts: PositiveInt = 12

    def __repr__(self) -> str:
        return f"ChannelSettings(type={self.type!r}, url=<hidden>, secret=<hidden>)"


class Settings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be configured."""

    data_dir: str = "otzvuk-data"
    """Where the embedded log, the embedded store and crawl state live."""
    log: str = ""
    """`sqlite:///path` or `kafka://host:port,host:port`; empty: a file in data_dir."""
    store: str = "embedded"
    """`embedded`, or a `mongodb://` URI."""
    store_database: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = "otzvuk"
    topic_prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*$")] = "otzvuk."
    entities: str = "entities.yaml"
    """The file of watched entities."""
    http: HttpSettings = field(default_factory=HttpSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    stages: StageSettings = field(default_factory=StageSettings)
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    channels: dict[str, ChannelSettings] = field(
        default_factory=lambda: {"log": ChannelSettings(type="log")}
    )

    @property
    def log_url(self) -> str:
        """The log's URL with the default filled in."""
        return self.log or f"sqlite:///{Path(self.data_dir) / 'log.db'}"

    def __repr__(self) -> str:
        return f"Settings(data_dir={self.data_dir!r}, log={redact(self.log_url)!r}, …)"


def redact(url: str) -> str:
    """The URL without user and password."""
    return re.sub(r"//.*@", "//***@", url)


def load_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from defaults, `path` and the environment.

    Raises ConfigurationError that lists every problem with its remedy.
    """
    problems: list[str] = []
    tree = _read_file(path, environment, problems) if path else {}
    _apply_environment(tree, environment, problems)
    settings: Settings | None = _build(Settings, tree, "", problems)
    if settings is not None:
        _check_urls(settings, problems)
        _check_labels(settings.models, problems)
    if problems or settings is None:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigurationError(f"{len(problems)} problem(s) in the configuration:\n{listed}")
    return settings


def _read_file(path: Path, environment: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        problems.append(f"{path}: cannot be read ({error.strerror}): check the path")
        return {}
    except yaml.YAMLError as error:
        problems.append(f"{path}: is not YAML: {error}")
        return {}
    if not isinstance(tree, dict):
        problems.append(f"{path}: must be a mapping of settings, not {type(tree).__name__}")
        return {}
    expanded = _expand(tree, environment, problems)
    assert isinstance(expanded, dict)
    return expanded


def _expand(value: Any, environment: Mapping[str, str], problems: list[str]) -> Any:
    if isinstance(value, dict):
        return {str(key): _expand(item, environment, problems) for key, item in value.items()}
    if isinstance(value, list):
        return [_expand(item, environment, problems) for item in value]
    if not isinstance(value, str):
        return value

    def substitute(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environment:
            problems.append(f"${{{name}}}: not in the environment: export {name}=…")
        return environment.get(name, "")

    return re.sub(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", substitute, value)


def _apply_environment(
    tree: dict[str, Any], environment: Mapping[str, str], problems: list[str]
) -> None:
    for name in sorted(environment):
        if not name.startswith(ENVIRONMENT_PREFIX) or name.startswith(UNREAD_PREFIXES):
            continue
        *parents, leaf = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        target = tree
        for parent in parents:
            child = target.setdefault(parent, {})
            if not isinstance(child, dict):
                problems.append(f"{name}: {parent} is not a section")
                break
            target = child
        else:
            target[leaf] = environment[name]


def _build(kind: type[Any], tree: Any, where: str, problems: list[str]) -> Any:
    """Convert field by field, so that one bad field does not hide the next."""
    if not isinstance(tree, dict):
        problems.append(f"{where or 'settings'}: must be a section of settings")
        return None
    hints = get_type_hints(kind, include_extras=True)
    for unknown in sorted(set(tree) - set(hints)):
        problems.append(f"{where}{unknown}: unknown setting: known are {', '.join(sorted(hints))}")
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        if name not in tree:
            continue
        before = len(problems)
        value = _convert(hint, tree[name], f"{where}{name}", problems)
        if len(problems) == before:
            values[name] = value
    try:
        return kind(**values)
    except TypeError as error:
        problems.append(f"{where.rstrip('.')}: {error}")
        return None


def _convert(hint: Any, value: Any, where: str, problems: list[str]) -> Any:
    if isinstance(hint, type) and issubclass(hint, _Section):
        return _build(hint, value, f"{where}.", problems)
    arguments = get_args(hint)
    if (
        len(arguments) == 2
        and isinstance(arguments[1], type)
        and issubclass(arguments[1], _Section)
    ):
        if not isinstance(value, dict):
            problems.append(f"{where}: must be a section of named entries")
            return None
        return {
            name: _build(arguments[1], item, f"{where}.{name}.", problems)
            for name, item in value.items()
        }
    try:
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as error:
        problems.append(f"{where}: {_explained(error)}")
        return None


def _explained(error: msgspec.ValidationError) -> str:
    """What is wrong, for a person who does not read regular expressions."""
    if VARIABLE in str(error):
        return "must be the name of an environment variable that holds it, never the value itself"
    return str(error)


def _check_urls(settings: Settings, problems: list[str]) -> None:
    if not re.match(r"^(sqlite:///.+|kafka://[^/,]+:\d+(,[^/,]+:\d+)*)$", settings.log_url):
        problems.append(
            f"log: {redact(settings.log_url)!r} is neither sqlite:///path nor "
            "kafka://host:port,host:port"
        )
    if settings.store != "embedded" and not re.match(r"^mongodb(\+srv)?://.+", settings.store):
        problems.append("store: must be `embedded` or a mongodb:// URI")
    for name, channel in settings.channels.items():
        if channel.type != "log" and not channel.url:
            problems.append(f"channels.{name}.url: missing: a {channel.type} channel needs one")
        if channel.type == "webhook" and not channel.secret:
            problems.append(f"channels.{name}.secret: missing: webhooks are signed with it")


def _check_labels(models: ModelSettings, problems: list[str]) -> None:
    known = get_args(SentimentLabel)
    problems.extend(
        f"models.labels.{name}: {label!r} is none of {', '.join(known)}"
        for name, label in models.labels.items()
        if label not in known
    )
