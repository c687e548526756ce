from pathlib import Path

import pytest

from chatbot import Settings
from chatbot.errors import SettingsError


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str) -> None:
    Path("pyproject.toml").write_text(text, encoding="utf-8")


def test_defaults_need_nothing():
    settings = Settings()
    assert (settings.corpus, settings.vectorstore) == (Path("corpus"), Path("vectorstore"))
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert all(field.description for field in Settings.model_fields.values())


def test_the_strongest_source_wins(monkeypatch: pytest.MonkeyPatch):
    write('[tool.chatbot]\ntitle = "file"\ngreeting = "file"\nport = 1\n')
    monkeypatch.setenv("CHATBOT_TITLE", "environment")
    monkeypatch.setenv("chatbot_port", "2")
    settings = Settings(port=3)
    assert (settings.greeting, settings.title, settings.port) == ("file", "environment", 3)


def test_an_unknown_argument_names_the_nearest():
    with pytest.raises(SettingsError, match=r"'min_confidense' \(argument\).*'min_confidence'"):
        Settings(min_confidense=0.4)


def test_an_unknown_variable_names_the_nearest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHATBOT_VECTORSTOR", "somewhere")
    with pytest.raises(SettingsError, match=r"'CHATBOT_VECTORSTOR' \(environment variable\).*'CHATBOT_VECTORSTORE'"):
        Settings()


def test_an_unknown_key_of_the_project_names_the_nearest():
    write('[tool.chatbot]\nsite-url = "https://example.com"\n')
    with pytest.raises(SettingsError, match=r"'site-url' \(\[tool.chatbot\] in pyproject.toml\).*'site_url'"):
        Settings()


@pytest.mark.parametrize(
    ("key", "value"), [("port", 70_000), ("port", "many"), ("min_confidence", 1.5), ("corpus", None)]
)
def test_a_value_that_cannot_be_used_is_named(key: str, value: object):
    with pytest.raises(SettingsError, match=f"'{key}' can't be {value!r}: "):
        Settings(**{key: value})


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "/blog", "//example.com"])
def test_an_address_of_the_site_that_is_none(url: str):
    with pytest.raises(SettingsError, match=f"'site_url' can't be '{url}': It must begin with http:// or https://"):
        Settings(site_url=url)


@pytest.mark.parametrize("url", ["", "http://localhost:8000", "HTTPS://example.com/blog/"])
def test_an_address_of_the_site(url: str):
    assert Settings(site_url=url).site_url == url


def test_a_value_of_the_environment_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHATBOT_PORT", "many")
    with pytest.raises(SettingsError, match="'port' can't be 'many'"):
        Settings()


def test_a_project_file_that_cannot_be_read_is_named():
    write("[tool.chatbot\n")
    with pytest.raises(SettingsError, match=r"pyproject\.toml"):
        Settings()


def test_projects_without_settings_are_fine():
    write('[project]\nname = "mine"\n')
    assert Settings() == Settings(corpus="corpus")


def test_settings_stay_as_they_are():
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
