"""The doctor finds a fresh installation well, and names a remedy for everything that is ill."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest
import yaml

from otzvuk.application import Application
from otzvuk.checkup import Finding, check_up
from otzvuk.commands import doctor
from pipeline.clock import SystemClock
from pipeline.mongo import Store
from pipeline.settings import ChannelSettings, ModelSettings, Settings
from tests.otzvuk.single_command import invoke


@pytest.fixture
def settings(tmp_path: Path, store_uri: str, store: Store) -> Settings:
    return Settings(
        data_dir=str(tmp_path / "data"), store=store_uri, store_database=store.name,
        entities=str(tmp_path / "entities.yaml"),
    )  # fmt: skip


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in check_up(Application(settings))}


def changed(settings: Settings, **changes: object) -> Settings:
    return msgspec.structs.replace(settings, **changes)


def test_a_fresh_installation_is_not_ill(settings: Settings) -> None:
    found = findings(settings)
    assert [finding for finding in found.values() if finding.health == "ill"] == []
    assert {name for name, finding in found.items() if finding.health == "warning"} <= {
        "watched entities", "workers", "disk", "store",
    }  # fmt: skip
    assert invoke(doctor, Application(settings), "doctor").exit_code == 0


def test_everything_that_is_not_well_has_a_remedy(settings: Settings) -> None:
    for finding in findings(changed(settings, channels={})).values():
        assert bool(finding.remedy) == (finding.health != "ok"), finding


def test_a_store_that_does_not_answer(settings: Settings) -> None:
    uri = "mongodb://anna:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200"
    ill = changed(settings, store=uri)
    found = findings(ill)
    assert found["store"].health == "ill"
    assert found["event log"].health == "ok"
    assert "secret" not in str(found)
    assert invoke(doctor, Application(ill), "doctor").exit_code == 1


def test_an_index_that_is_missing_is_restored_by_looking(settings: Settings, store: Store) -> None:
    """Opening the store creates what is missing: the doctor cannot find one missing."""
    store["reviews"].drop_indexes()
    assert findings(settings)["indexes"].health == "ok"


def test_a_model_that_is_not_there(settings: Settings) -> None:
    found = findings(changed(settings, models=ModelSettings(sentiment="nonsense")))
    assert found["sentiment model"].health == "ill"
    assert "fast" in found["sentiment model"].found


def test_entities_that_cannot_be_read(settings: Settings) -> None:
    Path(settings.entities).write_text(yaml.safe_dump({"entities": {"tea": {"sources": 3}}}))
    found = findings(settings)["watched entities"]
    assert found.health == "ill"
    assert "tea" in found.found


def test_a_channel_that_cannot_be_built(settings: Settings) -> None:
    broken = {"duty": ChannelSettings(type="apprise", url="nonsense://x")}
    found = findings(changed(settings, channels=broken))["channels"]
    assert found.health == "ill"
    assert "duty" in found.found


def test_a_data_directory_for_everybody_is_a_warning(settings: Settings) -> None:
    path = Path(settings.data_dir)
    path.mkdir()
    path.chmod(path.stat().st_mode | stat.S_IWOTH)
    found = findings(settings)["data directory"]
    assert found.health == "warning"
    assert "chmod" in found.remedy


def test_a_data_directory_that_is_a_file(settings: Settings) -> None:
    Path(settings.data_dir).touch()
    found = findings(settings)["data directory"]
    assert found.health == "ill"
    assert found.remedy


def test_dead_letters_wait_for_a_person(settings: Settings, store: Store) -> None:
    now = SystemClock().now()
    for status in ("pending", "replaying", "dropped"):
        store["dead_letters"].insert_one({"_id": status, "status": status, "failed_at": now})
    found = findings(settings)["dead letters"]
    assert (found.health, found.found) == ("warning", "2 wait for a person")
