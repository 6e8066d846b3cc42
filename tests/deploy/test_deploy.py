"""What deploy/ says agrees with the code, and Prometheus' own tools accept it."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from crawlers.outcomes import Outcome
from otzvuk.cli import build_app
from otzvuk.collecting import COLLECTORS
from otzvuk.stages import STAGES
from pipeline.metrics import REGISTRY
from pipeline.settings import load_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = ("health", "crawl", "sentiment")
BOARDS = ("operations", "reputation", "sentiment")
ALERTMANAGER = DEPLOY / "alertmanager/alertmanager.yml"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
KNOWN = {family.name + end for family in REGISTRY.collect() for end in SUFFIXES[family.type]}
REPUTATION = re.compile(r"otzvuk_(reputation_|alerts_raised|open_episodes|evaluations_held)")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules_file(name: str) -> Path:
    return DEPLOY / f"prometheus/rules/{name}.yml"


def cases_file(name: str) -> Path:
    return DEPLOY / f"prometheus/tests/{name}.yml"


def rules(name: str) -> list[dict[str, Any]]:
    return [rule for group in read(rules_file(name))["groups"] for rule in group["rules"]]


def expressions(board: str) -> list[str]:
    tree = json.loads((DEPLOY / f"grafana/boards/{board}.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in tree["panels"] for target in panel["targets"]]


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"otzvuk_\w+", expression))


def tool(*command: str | Path) -> str:
    """Run a program; absent it is skipped on a laptop and a failure in CI."""
    if shutil.which(str(command[0])) is None:
        reason = f"{command[0]} is not installed: sh tests/install-debian.sh"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", RULES)
def test_prometheus_accepts_the_rules_and_they_pass_their_cases(name: str) -> None:
    tool("promtool", "check", "rules", rules_file(name))
    tool("promtool", "test", "rules", cases_file(name))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_case_where_it_fires_and_one_where_it_does_not(name: str) -> None:
    names = [case["name"] for case in read(cases_file(name))["tests"]]
    kinds = ("fires", "stays quiet")
    wanted = [f"{rule['alert']} {kind}" for rule in rules(name) for kind in kinds]
    assert set(names) == set(wanted)


def test_every_rules_file_is_checked() -> None:
    assert {path.stem for path in (DEPLOY / "prometheus/rules").iterdir()} == set(RULES)


def test_every_way_in_which_a_crawl_fails_has_a_rule() -> None:
    declared = runpy.run_path(str(DEPLOY / "prometheus/crawl_rules.py"))
    assert rules_file("crawl").read_text(encoding="utf-8") == declared["rules"]()
    assert cases_file("crawl").read_text(encoding="utf-8") == declared["cases"]()
    watched = {rule.outcome for rule in declared["RULES_BY_OUTCOME"]}
    unwatched = {Outcome.RUNNING, Outcome.INTERRUPTED}
    assert watched == {str(one) for one in Outcome if one.is_failure} - unwatched


def test_the_rules_for_drift_are_generated() -> None:
    declared = runpy.run_path(str(DEPLOY / "prometheus/sentiment_rules.py"))
    assert rules_file("sentiment").read_text(encoding="utf-8") == declared["rules"]()
    assert cases_file("sentiment").read_text(encoding="utf-8") == declared["cases"]()


def test_what_drifts_is_drawn_against_what_was_measured_with_the_model() -> None:
    asked = " ".join(expressions("sentiment"))
    for measure in ("label", "language", "confidence", "disagreement", "unknown_pieces"):
        assert f'otzvuk_sentiment_reference{{measure="{measure}"' in asked
    counted = {name for name in KNOWN if name.startswith("otzvuk_sentiment_")}
    assert counted <= metrics_in(asked)


@pytest.mark.parametrize("name", RULES)
def test_rules_speak_of_the_system_alone(name: str) -> None:
    for rule in rules(name):
        assert rule["labels"]["kind"] == "system", rule["alert"]
        assert not REPUTATION.search(rule["expr"]), rule["alert"]
        assert metrics_in(rule["expr"]) <= KNOWN, rule["alert"]


def test_every_board_is_generated() -> None:
    declared = runpy.run_path(str(DEPLOY / "grafana/boards.py"))
    written = {path.stem for path in (DEPLOY / "grafana/boards").iterdir()}
    assert written == set(declared["BOARDS"]) == set(BOARDS)


@pytest.mark.parametrize("board", BOARDS)
def test_boards_are_generated_and_name_metrics_that_exist(board: str) -> None:
    declared = runpy.run_path(str(DEPLOY / "grafana/boards.py"))
    written = (DEPLOY / f"grafana/boards/{board}.json").read_text(encoding="utf-8")
    assert written == declared["render"](board), "run: python deploy/grafana/boards.py"
    for expression in expressions(board):
        assert metrics_in(expression) <= KNOWN
        assert bool(REPUTATION.search(expression)) == (board == "reputation")


def test_boards_ask_the_data_source_that_is_provisioned() -> None:
    declared = runpy.run_path(str(DEPLOY / "grafana/boards.py"))
    sources = read(DEPLOY / "grafana/provisioning/datasources/prometheus.yaml")["datasources"]
    assert declared["DATASOURCE"]["uid"] in [source["uid"] for source in sources]


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (("kind=system", "severity=critical"), "ops-urgent"),
        (("kind=system", "severity=warning"), "ops"),
        (("kind=reputation", "severity=critical"), "misrouted"),
        (("severity=warning",), "misrouted"),
    ],
)
def test_alerts_reach_their_receiver(labels: tuple[str, ...], receiver: str) -> None:
    tool("amtool", "check-config", ALERTMANAGER)
    said = tool("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels)
    assert said.strip() == receiver


def test_compose_runs_every_stage_once_and_prometheus_scrapes_each() -> None:
    services = read(DEPLOY / "compose.yaml")["services"]
    stages = {name: one for name, one in services.items() if name.startswith("stage-")}
    assert [one["command"] for one in stages.values()] == [["stage", name] for name in STAGES]
    scraped = read(DEPLOY / "prometheus/prometheus.yml")["scrape_configs"][0]["dns_sd_configs"][0]
    collectors = {name: services[name] for name in COLLECTORS}
    assert [one["command"] for one in collectors.values()] == [[name] for name in COLLECTORS]
    assert scraped["names"] == [*stages, *collectors]
    assert all(one["environment"]["OTZVUK_HTTP__HOST"] == "0.0.0.0" for one in stages.values())
    assert services["topics"]["command"] == ["topics", "create"]
    assert services["store-init"]["command"] == ["store", "init"]


def test_every_service_is_bounded_checked_and_waits_for_what_exists() -> None:
    tree = read(DEPLOY / "compose.yaml")
    for name, service in tree["services"].items():
        assert {"mem_limit", "restart"} <= set(service), name
        assert "healthcheck" in service or "build" in service, name
        assert set(service.get("depends_on", {})) <= set(tree["services"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source[0] == "." else source in tree["volumes"]


def test_the_build_context_holds_what_the_image_is_made_of() -> None:
    root = DEPLOY.parent
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    sent = {line[1:] for line in lines if line.startswith("!")}
    assert all((root / name).exists() for name in sent)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    named = {project["project"]["readme"], *project["project"]["license-files"]}
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sent == {"pyproject.toml", *named, *packages}
    copied = re.findall(r"^COPY ((?!--from)\S+)", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert copied == ["."]


def test_compose_gives_commands_that_exist_and_settings_that_load() -> None:
    ours = [one for one in read(DEPLOY / "compose.yaml")["services"].values() if "build" in one]
    assert len(ours) == len(STAGES) + len(COLLECTORS) + 2
    for service in ours:
        asked = CliRunner().invoke(build_app(), [*service["command"], "--help"])
        assert asked.exit_code == 0, asked.output
        settings = load_settings(None, service["environment"])
        assert settings.log_url.startswith("kafka://kafka:")
        mounted = [volume.split(":")[1] for volume in service["volumes"]]
        assert {settings.entities, settings.data_dir} <= set(mounted)


def test_who_waits_for_a_service_waits_for_what_it_can_say() -> None:
    services = read(DEPLOY / "compose.yaml")["services"]
    for service in services.values():
        for name, awaited in service.get("depends_on", {}).items():
            if awaited["condition"] == "service_healthy":
                assert "test" in services[name]["healthcheck"], name
            else:
                assert awaited["condition"] == "service_completed_successfully"
                assert services[name]["restart"] == "no", name


def test_the_image_runs_unprivileged_with_an_init_and_a_health_check() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("FROM ")[2]
    assert set(re.findall(r"^FROM (\S+)", text, re.M)) == {"python:3.11-slim"}
    assert re.search(r"^USER otzvuk$", last, re.M)
    assert "/healthz" in last
    assert '["tini", "--", "otzvuk"]' in last
    assert "torch" not in text
