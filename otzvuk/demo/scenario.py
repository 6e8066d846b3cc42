"""The demo: a quiet history is crawled, a wave of complaints arrives, the alert shows itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from otzvuk.application import Application
from otzvuk.demo.site import TOPIC_ID, DemoContent, DemoSite, forum, shop
from otzvuk.process import Running, running
from otzvuk.stages import STAGES
from otzvuk.view import alert_panel
from otzvuk.waiting import is_drained, lags
from pipeline.clock import Clock
from pipeline.errors import Fatal, UsageError
from pipeline.mongo import Document, Store, translated_errors
from pipeline.settings import load_settings

ENTITY = "svetlyachok"
MARKER = "this-is-the-demo"
"""A file that says a directory is the demo's own, so that nothing else is ever wiped."""
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.1


def run_demo(parent: Application, console: Console) -> None:
    """Play the whole scenario in `data_dir/demo`; raises Fatal when no alert comes."""
    directory = fresh_directory(Path(parent.settings.data_dir) / "demo")
    content = DemoContent(now=parent.clock.now())
    with served(content) as (shop_site, forum_site):
        config = write_configuration(directory, shop_site, forum_site)
        app = Application(settings=load_settings(config, {}), clock=parent.clock)
        with running(app, STAGES) as process:
            _quiet_history(console, config, process, app.clock)
            console.rule("[bold]2. A wave of complaints arrives")
            content.let_the_wave_come()
            _crawl(console, config)
            alert = _await_alert(process, app.clock)
            console.print(alert_panel(process.store, alert, app.settings.alerts.language))
    _say_what_next(console, config, alert)


def fresh_directory(directory: Path) -> Path:
    """An empty directory for the demo; one of an earlier demo is wiped, nothing else is."""
    if directory.exists():
        if not (directory / MARKER).exists():
            raise UsageError(f"{directory} is not the demo's: move it away, or use --data-dir")
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    (directory / MARKER).touch()
    return directory


@contextmanager
def served(content: DemoContent) -> Iterator[tuple[DemoSite, DemoSite]]:
    """Both sites on loopback while the block runs."""
    sites = shop(content), forum(content)
    try:
        yield sites
    finally:
        for site in sites:
            site.close()


def write_configuration(directory: Path, shop_site: DemoSite, forum_site: DemoSite) -> Path:
    """Settings and watched entities of the demo; returns the settings file."""
    entities = {
        "entities": {
            ENTITY: {
                "name": "Лампа «Светлячок»",
                "locale": "ru",
                "sources": [
                    {"source": "schemaorg", "url": f"{shop_site.url}/lamp"},
                    {"source": "discourse", "url": f"{forum_site.url}/t/svetlyachok/{TOPIC_ID}"},
                ],
            }
        }
    }
    settings = {
        "data_dir": str(directory),
        "entities": str(directory / "entities.yaml"),
        "http": {"port": 0},
        "crawl": {"allow_loopback": True, "delay_seconds": 0.0},
    }
    for name, tree in (("entities.yaml", entities), ("otzvuk.yaml", settings)):
        text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
        (directory / name).write_text(text, encoding="utf-8")
    return directory / "otzvuk.yaml"


def _quiet_history(console: Console, config: Path, process: Running, clock: Clock) -> None:
    console.rule("[bold]1. A shop and a forum with four quiet months behind them")
    _crawl(console, config)
    _until(
        lambda: is_drained(lags(process.log), process.store),
        process,
        clock,
        "the first crawl to be stored",
    )
    console.print(_summary(process.store))


def _crawl(console: Console, config: Path) -> None:
    command = ["otzvuk", "--config", str(config), "crawl", ENTITY]
    console.print(Text("$ " + " ".join(command), style="dim"))
    done = subprocess.run(  # noqa: S603 - our own command with our own arguments
        [sys.executable, "-m", *command], check=False, env=_environment()
    )
    if done.returncode:
        raise Fatal(f"the crawl ended with exit code {done.returncode}: its report says why")


def _environment() -> dict[str, str]:
    """The environment without the user's own settings: the demo has a file of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OTZVUK_")}


def _await_alert(process: Running, clock: Clock) -> Document:
    def raised() -> bool:
        with translated_errors():
            return process.store["alerts"].count_documents({"entity_id": ENTITY}) > 0

    _until(raised, process, clock, "the alert")
    with translated_errors():
        alert = process.store["alerts"].find_one(
            {"entity_id": ENTITY}, sort=[("alert.surprise", -1)]
        )
    assert alert is not None
    return alert


def _until(is_reached: object, process: Running, clock: Clock, what: str) -> None:
    assert callable(is_reached)
    deadline = clock.monotonic() + PATIENCE_SECONDS
    while not is_reached():
        process.workers.raise_failure()
        if clock.monotonic() > deadline:
            raise Fatal(f"waited {PATIENCE_SECONDS:.0f} s in vain for {what}: run with --verbose")
        clock.sleep(LOOK_SECONDS)


def _summary(store: Store) -> Table:
    table = Table(title="stored", title_justify="left")
    for column in ("source", "reviews", "negative", "neutral", "positive", "mean stars"):
        table.add_column(column, justify="left" if column == "source" else "right")
    pipeline: list[Document] = [
        {"$match": {"entity_id": ENTITY}},
        {
            "$group": {
                "_id": "$source",
                "total": {"$sum": "$total"},
                "negative": {"$sum": "$negative"},
                "neutral": {"$sum": "$neutral"},
                "positive": {"$sum": "$positive"},
                "rated": {"$sum": "$rated"},
                "rating_sum": {"$sum": "$rating_sum"},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    with translated_errors():
        for line in store["day_buckets"].aggregate(pipeline):
            stars = f"{line['rating_sum'] / line['rated']:.2f}" if line["rated"] else "–"
            counts = (str(line[name]) for name in ("total", "negative", "neutral", "positive"))
            table.add_row(line["_id"], *counts, stars)
    return table


def _say_what_next(console: Console, config: Path, alert: Document) -> None:
    otzvuk, fingerprint = f"otzvuk -c {config}", alert["_id"][:8]
    grid = Table.grid(padding=(0, 2))
    for command, why in (
        (f"{otzvuk} alerts show {fingerprint}", "the alert again"),
        (f"{otzvuk} alerts ack {fingerprint}", "take it on"),
        (f"{otzvuk} backtest --entity {ENTITY}", "what would have fired in the history"),
        (f"{otzvuk} query --entity {ENTITY} --text доставка", "the reviews behind it"),
        (f"{otzvuk} audit", "scraped = stored + …, day by day"),
        ("otzvuk import reviews.csv --entity my-brand --wait", "your own reviews"),
        ("otzvuk up", "everything, until Ctrl-C"),
    ):
        grid.add_row(Text(command), Text(why, style="dim"))
    console.print(Panel(grid, title="what to try next", title_align="left"))
