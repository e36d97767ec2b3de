"""The function that runs a command where the database can be reached: what it answers, and how it fails."""

import json
import logging
from typing import Any

import pytest

from lego_api.config import Settings
from lego_api.entrypoints import commands
from lego_api.entrypoints.commands import CommandFailed, handler
from tests.faults.processes import environment
from tests.support.database import Database
from tests.support.own_database import temporary_database


@pytest.fixture(autouse=True)
def function(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of one."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_command_does_its_work_and_says_so(settings: Settings, function: pytest.MonkeyPatch) -> None:
    with temporary_database(settings, template=None) as database:
        function.setenv("DATABASE_URL", database.url)
        answer = handler({"command": ["migrate"]}, None)
        assert answer["exitCode"] == 0
        assert database.count("alembic_version") == 1
        assert database.count("moc_instructions") == 0


def test_what_it_writes_is_in_the_answer_and_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    answer = handler({"command": ["relay"]}, None)
    done = json.loads(answer["output"].splitlines()[-1])
    assert done["dead"] >= 0
    assert answer["output"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [(["nothing"], "invalid choice"), ([], "required"), (["stamp"], "required"), (["reindex"], "OPENSEARCH_URL")],
)
def test_a_command_that_fails_fails_the_invocation(
    settings: Settings, function: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    function.delenv("OPENSEARCH_URL")
    with pytest.raises(CommandFailed, match=r"^exit code [12]: ") as raised:
        handler({"command": command}, None)
    assert said in str(raised.value)


def test_no_credentials_in_what_it_says(settings: Settings, function: pytest.MonkeyPatch) -> None:
    function.setenv("DATABASE_URL", "postgresql://lego:5eCr3t@127.0.0.1:1/lego?password=5eCr3t")
    with pytest.raises(CommandFailed) as raised:
        handler({"command": ["migrate"]}, None)
    assert "5eCr3t" not in str(raised.value)


def test_of_a_long_output_the_end_is_kept(function: pytest.MonkeyPatch) -> None:
    whole = handler({"command": ["openapi"]}, None)["output"]
    function.setattr(commands, "LONGEST_OUTPUT", 1000)
    kept = handler({"command": ["openapi"]}, None)["output"]
    assert len(whole) > 100_000
    assert len(kept.encode()) <= 1000 + len("[redacted]") * 10
    assert whole.endswith(kept[-500:])


@pytest.mark.parametrize(
    "event", [{}, {"command": "migrate"}, {"command": [1]}, {"command": None}, {"Records": []}, [], "migrate", None]
)
def test_an_event_that_names_no_command(event: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ValueError, match="the event must be"):
        handler(event, None)


def test_a_command_has_no_part_in_the_process_of_the_function(settings: Settings) -> None:
    """It may be called again and again, whatever the last one did."""
    with pytest.raises(CommandFailed):
        handler({"command": ["nothing"]}, None)
    assert handler({"command": ["relay"]}, None)["exitCode"] == 0
    assert Database(settings.database_url).value("SELECT 1") == 1
