"""What OpenSearch runs on: found, fetched once, or told what is missing."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lego_api.dev.opensearch.installation import VERSION, Installation, find
from lego_api.dev.opensearch.optional import OptionalOpenSearch
from tests.dev.programs import CAUSE, Programs


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Of a machine that has none, and has never fetched anything."""
    programs = Programs(tmp_path / "bin")
    for name in ("JAVA_HOME", "LEGO_OPENSEARCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(programs.path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return programs


def why_none(directory: Path) -> str:
    """What the table says, with nothing offered."""
    opensearch = OptionalOpenSearch(directory)
    opensearch.start()
    opensearch.stop()
    assert opensearch.offers == {}
    assert opensearch.child is None
    begin, end = "none: PostgreSQL answers searches (", ")"
    assert opensearch.origin.startswith(begin)
    return opensearch.origin.removeprefix(begin).removesuffix(end)


@pytest.mark.parametrize("version", [None, "1.8.0_412", "10.0.2"])
def test_without_a_java_that_is_new_enough(version: str | None, programs: Programs, tmp_path: Path) -> None:
    if version:
        programs.java(version)
    programs.maven()
    wanted = "to have OpenSearch, install Java 11 or newer and Maven, or set OPENSEARCH_URL"
    assert why_none(tmp_path) == wanted


@pytest.mark.parametrize(("version", "major"), [("11.0.1", 11), ("17", 17), ("25-ea", 25)])
def test_the_java_of_java_home_comes_first(
    version: str, major: int, programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.java("1.8.0_412")
    programs.maven()
    (tmp_path / "jdk").mkdir()
    Programs(tmp_path / "jdk" / "bin").java(version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert find().origin == f"Maven: OpenSearch {VERSION}, on Java {major}"


def test_maven_is_needed_once(programs: Programs, tmp_path: Path) -> None:
    programs.java()
    assert why_none(tmp_path) == "to have OpenSearch, install Maven or set OPENSEARCH_URL"
    programs.maven()
    find().fetch(tmp_path)
    programs.no_maven()
    find().fetch(tmp_path)
    assert programs.fetched == 1


def test_it_may_be_left_out(programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.java()
    programs.maven()
    monkeypatch.setenv("LEGO_OPENSEARCH", "none")
    assert why_none(tmp_path) == "LEGO_OPENSEARCH=none"
    assert programs.fetched == 0


def test_what_cannot_be_fetched_is_told_and_tried_again(
    programs: Programs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs.java()
    programs.failing_maven()
    assert why_none(tmp_path) == f"its jars could not be fetched: {CAUSE}"
    assert str(tmp_path / "log" / "opensearch-jars.log") in capsys.readouterr().err
    programs.maven()
    find().fetch(tmp_path)
    assert [jar.name for jar in find().jars.iterdir()] == ["opensearch.jar"]


def test_a_fetch_that_was_cut_off_leaves_nothing_behind(programs: Programs, tmp_path: Path) -> None:
    programs.java()
    programs.maven()
    jars = find().jars
    abandoned = jars.parent / "unfinished-before"
    abandoned.mkdir(parents=True)
    (abandoned / "half.jar").touch()
    find().fetch(tmp_path)
    assert sorted(entry.name for entry in jars.parent.iterdir()) == ["jars", "lock"]


def test_two_starts_at_once_fetch_once(programs: Programs, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    programs.java()
    programs.maven(before=f'read -r _ < "{gate}"')
    started = threading.Barrier(3)

    def fetch(installation: Installation, logs: Path) -> None:
        started.wait()
        installation.fetch(logs)

    with ThreadPoolExecutor() as threads:
        fetching = [threads.submit(fetch, find(), tmp_path / name) for name in ("one", "two")]
        started.wait()
        with gate.open("r+b", buffering=0) as opened:
            opened.write(b"go\n" * 2)  # also for one that should not have been started
            for each in fetching:
                each.result(60)
    assert programs.fetched == 1


def test_a_cache_that_cannot_be_written(programs: Programs, tmp_path: Path) -> None:
    programs.java()
    programs.maven()
    (tmp_path / "cache").write_text("a file")
    assert why_none(tmp_path).startswith("its jars could not be fetched: ")


def test_jars_are_kept_in_the_users_cache(programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.java()
    programs.maven()
    kept = Path("lego-api", f"opensearch-{VERSION}", "jars")
    assert find().jars == tmp_path / "cache" / kept
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the standard says to ignore
    assert find().jars == tmp_path / "home" / ".cache" / kept


def test_a_node_that_does_not_start(programs: Programs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programs.java()
    programs.maven()
    assert why_none(tmp_path) == "opensearch stopped: exit code 1"
    assert "Error: no memory" in capsys.readouterr().err
