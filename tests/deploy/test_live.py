"""Prometheus and Alertmanager, with our files, watch a running `otzvuk up` on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from otzvuk.demo.site import DemoContent, Post, shop
from pipeline.log.open import open_log
from pipeline.log.protocol import OutgoingMessage
from tests.deploy.loopback import Api, Receiver, child, free_port, program
from tests.deploy.test_deploy import ALERTMANAGER, DEPLOY, RULES, read, rules, rules_file
from tests.otzvuk.otzvuk_process import Otzvuk, until

pytestmark = pytest.mark.slow

# What may be empty, and why; on a laden machine a retry may well happen.
SILENT_PANELS = {"Retries": "neither the log nor the store failed"}
SILENT_METRICS = {"otzvuk_stage_retries_total": "neither the log nor the store failed"}
SELECTOR = re.compile(r"\b((otzvuk_\w+|up)\b(?:\{[^}]*\})?)")
OPS = ("/otzvuk", "/otzvuk-urgent", "/otzvuk-misrouted")
CHANNEL = "/channel"


@dataclass(frozen=True)
class Installation:
    """Everything at work after the provoked history."""

    prometheus: Api
    alertmanager: Api
    receiver: Receiver

    def alerts_at(self, path: str) -> list[dict[str, str]]:
        """Labels of the alerts that Alertmanager sent to one of its receivers."""
        return [one["labels"] for body in self.receiver.at(path) for one in body["alerts"]]

    def names_at(self, path: str) -> set[str]:
        return {labels["alertname"] for labels in self.alerts_at(path)}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A quiet history, a wave, a crawl that works, one that fails, and one bad message."""
    names = program("prometheus"), program("prometheus-alertmanager", "alertmanager")
    directory = tmp_path_factory.mktemp("live")
    with closing(Receiver()) as receiver:
        otzvuk = Otzvuk(directory, settings(receiver))
        with (
            otzvuk.running("up", "--plain") as up,
            watched(directory, names, up.port(), receiver) as (prometheus, alertmanager),
        ):
            provoke(otzvuk)
            yield Installation(prometheus, alertmanager, receiver)


def settings(receiver: Receiver) -> dict[str, str]:
    return {
        "CHANNELS__LOG__TYPE": "log",
        "CHANNELS__CRM__TYPE": "webhook",
        "CHANNELS__CRM__URL": receiver.url + CHANNEL,
        "CHANNELS__CRM__SECRET": "constructed",
        "CRAWL__ALLOW_LOOPBACK": "true",
        "CRAWL__DELAY_SECONDS": "0",
    }


def provoke(otzvuk: Otzvuk) -> None:
    content = DemoContent(now=datetime.now(UTC))
    with closing(shop(content)) as site:
        crawl = ("--source", "schemaorg", "--entity", "lamp")
        otzvuk.done("crawl", f"{site.url}/lamp", *crawl)
        assert otzvuk.run("crawl", f"{site.url}/nothing", *crawl).returncode == 1
    history = table(otzvuk.data_dir / "history.jsonl", content.reviews)
    otzvuk.done("import", str(history), "--entity", "tea", "--wait")
    before = len(content.reviews)
    content.let_the_wave_come()
    wave = table(otzvuk.data_dir / "wave.jsonl", content.reviews[before:])
    otzvuk.done("import", str(wave), "--entity", "tea", "--live")
    url = f"sqlite:///{otzvuk.data_dir / 'log.db'}"
    with (
        closing(open_log(url, prefix="otzvuk.", session_timeout_seconds=30.0)) as log,
        closing(log.producer()) as producer,
    ):
        producer.publish([OutgoingMessage(topic="reviews.raw", key=b"bad", value=b"{")])


def table(path: Path, posts: Sequence[Post]) -> Path:
    rows = (
        {"id": str(post.number), "text": post.text, "rating": post.stars, "author": post.author,
         "published_at": post.written_at.isoformat()}
        for post in posts
    )  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


@contextmanager
def watched(
    directory: Path, names: tuple[str, str], otzvuk_port: int, receiver: Receiver
) -> Iterator[tuple[Api, Api]]:
    """Our configuration, with addresses and waits of a test."""
    ports = free_port(), free_port()
    for name in RULES:
        write(directory / f"rules-{name}.yml", impatient(read(rules_file(name))))
    write(directory / "prometheus.yml", near(directory, otzvuk_port, *ports))
    text = ALERTMANAGER.read_text(encoding="utf-8").replace("http://ops.example.org", receiver.url)
    assert receiver.url in text
    write(directory / "alertmanager.yml", impatient(yaml.safe_load(text)))
    listen = [f"--web.listen-address=127.0.0.1:{port}" for port in ports]
    prometheus = (names[0], "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", listen[0])
    alertmanager = (names[1], "--config.file=alertmanager.yml", "--storage.path=am", listen[1],
                    "--cluster.listen-address=")  # fmt: skip
    with child(directory, *prometheus), child(directory, *alertmanager):
        apis = Api(ports[0]), Api(ports[1])
        until(lambda: all(api.is_ready() for api in apis))
        yield apis


def write(path: Path, tree: Any) -> None:
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")


def impatient(tree: Any) -> Any:
    """The same without the waits that spare people."""
    waits = {"for": "0s", "group_wait": "1s", "group_interval": "1s"}
    if isinstance(tree, dict):
        return {key: waits.get(key, impatient(value)) for key, value in tree.items()}
    return [impatient(one) for one in tree] if isinstance(tree, list) else tree


def near(directory: Path, otzvuk_port: int, own_port: int, alertmanager_port: int) -> Any:
    """prometheus.yml with the processes of this machine in place of the hosts' names."""
    tree = read(DEPLOY / "prometheus/prometheus.yml")
    tree["global"] = dict.fromkeys(tree["global"], "1s")
    tree["rule_files"] = [str(directory / "rules-*.yml")]
    tree["alerting"]["alertmanagers"] = [targets(alertmanager_port)]
    for job, port in zip(tree["scrape_configs"], (otzvuk_port, own_port), strict=True):
        del job["dns_sd_configs" if "dns_sd_configs" in job else "static_configs"]
        job["static_configs"] = [targets(port)["static_configs"][0]]
    return tree


def targets(port: int) -> dict[str, Any]:
    return {"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}


def panels() -> Iterator[tuple[str, str]]:
    for path in sorted((DEPLOY / "grafana/boards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target["expr"]


@pytest.mark.parametrize(("title", "expression"), list(panels()))
def test_every_panel_shows_something(live: Installation, title: str, expression: str) -> None:
    def numbers() -> list[str]:
        values = (series["value"][1] for series in live.prometheus.value(expression))
        return [value for value in values if value != "NaN"]

    numbers()
    if title not in SILENT_PANELS:
        until(lambda: bool(numbers()))


def test_every_rule_is_loaded_and_evaluated(live: Installation) -> None:
    def loaded() -> list[dict[str, Any]]:
        groups = live.prometheus.get("/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    until(lambda: all(rule["health"] != "unknown" for rule in loaded()))
    assert [(rule["name"], rule["health"], rule.get("lastError")) for rule in loaded()] == [
        (rule["alert"], "ok", None) for name in sorted(RULES) for rule in rules(name)
    ]


@pytest.mark.parametrize(
    "rule", [*rules("health"), *rules("sentiment")], ids=lambda rule: str(rule["alert"])
)
def test_every_rule_looks_at_series_that_exist(live: Installation, rule: dict[str, Any]) -> None:
    live.prometheus.value(rule["expr"])
    selectors = SELECTOR.findall(rule["expr"])
    assert selectors
    for selector, metric in selectors:
        if metric not in SILENT_METRICS:
            until(lambda selector=selector: bool(live.prometheus.value(selector)))  # type: ignore[misc]


def test_a_refused_message_reaches_ops_alone(live: Installation) -> None:
    until(lambda: "OtzvukDeadLetters" in live.names_at("/otzvuk"))
    assert "OtzvukDeadLetters" not in live.names_at("/otzvuk-urgent")
    assert live.alerts_at("/otzvuk-misrouted") == []


def test_reputation_reaches_the_channel_and_never_ops(live: Installation) -> None:
    until(lambda: bool(live.receiver.at(CHANNEL)))
    until(lambda: "OtzvukDeadLetters" in live.names_at("/otzvuk"))
    assert {notice["alert"]["entity_id"] for notice in live.receiver.at(CHANNEL)} == {"tea"}
    for path in OPS:
        assert all(labels["kind"] == "system" for labels in live.alerts_at(path))


def test_a_store_that_is_down_silences_what_waits_for_it(live: Installation) -> None:
    def labels(name: str, severity: str) -> dict[str, Any]:
        return {"labels": {"alertname": name, "kind": "system", "severity": severity,
                           "stage": "constructed"}}  # fmt: skip

    def state(name: str) -> str | None:
        found = live.alertmanager.get("/api/v2/alerts", filter=f"alertname={name}")
        return next((str(alert["status"]["state"]) for alert in found), None)

    live.alertmanager.post("/api/v2/alerts", [labels("OtzvukStoreDown", "critical")])
    until(lambda: "OtzvukStoreDown" in live.names_at("/otzvuk-urgent"))
    live.alertmanager.post("/api/v2/alerts", [labels("OtzvukRetrying", "warning")])
    until(lambda: state("OtzvukRetrying") == "suppressed")
    assert state("OtzvukStoreDown") == "active"
    assert "OtzvukRetrying" not in live.names_at("/otzvuk")
