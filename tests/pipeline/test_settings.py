"""Settings come from a file and the environment, and everything wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import ChannelSettings, Settings, load_settings, redact


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "otzvuk.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_need_no_file() -> None:
    settings = load_settings(None, {})
    assert settings == Settings()
    assert settings.log_url == "sqlite:///otzvuk-data/log.db"


def test_environment_overrides_file(tmp_path: Path) -> None:
    path = write(tmp_path, "http: {port: 1000}\ndata_dir: from-file\n")
    settings = load_settings(path, {"OTZVUK_HTTP__PORT": "2000"})
    assert settings.http.port == 2000
    assert settings.data_dir == "from-file"


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "http: {port: many}\nunheard: 1\nstore: postgres\nstages: {batch_messages: 0}\n"
        "channels: {hook: {type: webhook}}\n",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {"OTZVUK_CRAWL__ALLOW_LOOPBACK": "perhaps"})
    message = str(caught.value)
    for name in (
        "http.port", "unheard", "store:", "stages.batch_messages", "crawl.allow_loopback",
        "channels.hook.url", "channels.hook.secret",
    ):  # fmt: skip
        assert name in message


def test_labels_of_a_model_come_from_the_file_and_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path, "models: {labels: {LABEL_0: negative, '1': neutral}}\n")
    settings = load_settings(path, {"OTZVUK_MODELS__LABELS__LABEL_2": "positive"})
    assert settings.models.labels == {
        "LABEL_0": "negative", "1": "neutral", "label_2": "positive",
    }  # fmt: skip


def test_each_label_without_a_meaning_of_ours_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "models: {labels: {LABEL_0: angry, LABEL_1: positive}}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {"OTZVUK_MODELS__LABELS__LABEL_3": "sad"})
    message = str(caught.value)
    assert "models.labels.LABEL_0: 'angry' is none of negative, neutral, positive" in message
    assert "models.labels.label_3" in message
    assert "LABEL_1" not in message


def test_secrets_come_from_the_environment_and_never_show(tmp_path: Path) -> None:
    path = write(
        tmp_path, "channels: {hook: {type: webhook, url: 'https://a.test', secret: '${HOOK}'}}\n"
    )
    settings = load_settings(path, {"HOOK": "s3cr3t"})
    assert settings.channels["hook"].secret == "s3cr3t"
    assert "s3cr3t" not in repr(settings)
    assert "s3cr3t" not in repr(settings.channels)


def test_missing_variable_is_named(tmp_path: Path) -> None:
    path = write(
        tmp_path, "channels: {hook: {type: webhook, url: 'https://a.test', secret: '${HOOK}'}}\n"
    )
    with pytest.raises(ConfigurationError, match="HOOK"):
        load_settings(path, {})


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [", "http: 7"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_settings(write(tmp_path, text), {})


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        load_settings(tmp_path / "nowhere.yaml", {})


@pytest.mark.parametrize("url", ["sqlite:///x.db", "kafka://a:9092", "kafka://a:1,b:2"])
def test_log_urls(url: str) -> None:
    assert load_settings(None, {"OTZVUK_LOG": url}).log_url == url


@pytest.mark.parametrize("url", ["sqlite://x", "kafka://a", "redis://a:1", "kafka://a:1/x"])
def test_other_log_urls_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="neither sqlite"):
        load_settings(None, {"OTZVUK_LOG": url})


def test_passwords_in_urls_are_hidden() -> None:
    assert redact("mongodb://user:pass@host/db") == "mongodb://***@host/db"


def test_a_channel_hides_its_url() -> None:
    assert "token" not in repr(ChannelSettings(type="apprise", url="tgram://token/chat"))


@pytest.mark.parametrize("option", ["cookies", "proxy"])
def test_a_secret_in_the_file_is_answered_with_where_it_belongs(
    tmp_path: Path, option: str
) -> None:
    path = write(tmp_path, f"crawl: {{sources: {{schemaorg: {{{option}: 'sid=abc123'}}}}}}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {})
    message = str(caught.value)
    assert f"crawl.sources.schemaorg.{option}: must be the name of an environment" in message
    assert "abc123" not in message
