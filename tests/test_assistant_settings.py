"""Settings come from C5_* and from options; what is wrong is named."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings


def test_defaults_need_no_environment():
    settings = Settings.load()
    assert (settings.docs, settings.index) == (Path("docs"), Path(".index"))
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.llm is None
    assert not settings.keep_questions
    assert settings.rate_limit == 120


def test_an_option_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("C5_INDEX", "from-environment")
    monkeypatch.setenv("C5_DOCS", "from-environment")
    settings = Settings.load(index=Path("from-option"), docs=None)
    assert settings.index == Path("from-option")
    assert settings.docs == Path("from-environment")


def test_an_unknown_setting_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setenv("C5_INDXE", "x")
    with pytest.raises(SettingsError, match="C5_INDXE"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("C5_PORT", "high"),
        ("C5_PORT", "70000"),
        ("C5_AUTH", "maybe"),
        ("C5_RATE_LIMIT", "-1"),
        ("C5_LLM_TIMEOUT", "0"),
    ],
)
def test_an_impossible_value_is_an_error_that_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("C5_PORT", "")
    assert Settings.load().port == 7860


def test_lists_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("C5_ALLOWED_ORIGINS", "https://a.example, https://b.example,")
    assert Settings.load().origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("given", "kept"), [("", ""), ("/", ""), ("chat", "/chat"), ("/a/b/", "/a/b")]
)
def test_the_root_path_has_one_slash_in_front_and_none_behind(given, kept):
    assert Settings.load(root_path=given).root_path == kept


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().port = 1
