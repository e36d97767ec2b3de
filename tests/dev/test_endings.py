"""However `make dev` ends: nothing runs on, its ports are free, and what was stored is there at the next start."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.dev.checkout import Checkout, Dev
from tests.support.pictures import JPEG, PDF

pytestmark = [
    pytest.mark.large,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc, and ends children with us"),
]

SUPERVISOR, RELOADER = "lego_api.cli dev", "-m uvicorn"
ENDINGS: dict[str, Callable[[Dev], None]] = {
    "Ctrl-C": lambda dev: dev.send(signal.SIGINT),
    "kill -9": lambda dev: dev.process.kill(),
    "kill -9 of what watches the application": lambda dev: kill(dev, SUPERVISOR, RELOADER),
    "kill -9 of who reads parts lists": lambda dev: kill(dev, "lego_api.dev.events"),
}


@dataclass(frozen=True)
class Stored:
    """A user's MOC, and a picture of it."""

    user_id: str
    moc_id: str
    picture_url: str
    picture: bytes


def kill(dev: Dev, *parts: str) -> None:
    """Kills at once those of its processes whose command has one of these parts."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in dev.processes()}
    chosen = [pid for pid, command in commands.items() if any(part in command for part in parts)]
    assert len(chosen) >= len(parts), commands
    for pid in chosen:
        with suppress(ProcessLookupError):  # it has ended with one that was killed before
            os.kill(pid, signal.SIGKILL)


def sign_in(checkout: Checkout) -> dict[str, str]:
    return {"Authorization": f"Bearer {checkout.run('token', 'builder@example.com').stdout.strip()}"}


def assert_kept(stored: Stored, checkout: Checkout, dev: Dev) -> None:
    mine = httpx.get(f"{dev.url}/api/mocs", headers=sign_in(checkout), timeout=60).json()["data"]
    assert (stored.user_id, stored.moc_id) in [(moc["userId"], moc["id"]) for moc in mine]
    picture = httpx.get(dev.url + stored.picture_url, timeout=60)
    assert (picture.content, picture.headers["content-type"]) == (stored.picture, "image/webp")
    assert dev.get("/api/mocs")["total"] == 2, "the examples are there, and once"


@pytest.fixture(scope="module")
def stored(checkout: Checkout) -> Stored:
    """What a user was told is stored, just before everything was killed."""
    with checkout.dev() as dev:
        form = {"title": f"Kept {uuid4()}", "author": "Me", "type": "moc"}
        files = {
            "instructionsFile": ("plan.pdf", PDF, "application/pdf"),
            "images": ("front.jpg", JPEG, "image/jpeg"),
        }
        headers = sign_in(checkout)
        answer = httpx.post(f"{dev.url}/api/mocs/with-files", data=form, files=files, headers=headers, timeout=60)
        moc = answer.raise_for_status().json()["moc"]
        picture = httpx.get(dev.url + moc["thumbnailUrl"], timeout=60).raise_for_status().content
        processes = dev.processes()
        kill(dev, "")
        dev.assert_gone(processes)
        return Stored(moc["userId"], moc["id"], moc["thumbnailUrl"], picture)


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_runs_on_and_everything_is_kept(ending: str, checkout: Checkout, stored: Stored) -> None:
    with checkout.dev() as dev:
        assert_kept(stored, checkout, dev)
        processes = dev.processes()
        ENDINGS[ending](dev)
        dev.assert_gone(processes)


def test_of_two_clones_one_ends_when_a_part_dies_and_the_other_goes_on(
    checkout: Checkout, stored: Stored, tmp_path: Path
) -> None:
    other = Checkout(tmp_path / "other")
    try:
        starting = [checkout.dev(), other.dev()]
        with starting[0] as one, starting[1] as two:
            assert_kept(stored, checkout, one)
            assert_apart(one, two)

            processes = one.processes()
            kill(one, "-D ")
            one.assert_gone(processes)
            assert one.process.returncode == 1
            assert "lego-api: postgres stopped: killed by SIGKILL. The end of " in one.output
            assert "Traceback" not in one.output
            refused = checkout.run("token", "builder@example.com")
            assert (refused.returncode, refused.stdout) == (1, "")
            assert refused.stderr == "lego-api: no stack runs here: start one with `make dev`\n"

            assert two.get("/health")["status"] == "healthy"
            processes = two.processes()
            two.send(signal.SIGHUP)  # its terminal is closed
            two.assert_gone(processes)
        done = other.make("clean")
        assert done.returncode == 0, done.stderr
        assert not (other.directory / ".dev").exists()
    finally:
        other.delete()


def assert_apart(one: Dev, two: Dev) -> None:
    """Both work, at addresses and with rows of their own."""
    assert one.get("/health")["status"] == two.get("/health")["status"] == "healthy"
    addresses = [{dev.rows[part][0] for part in ("API", "PostgreSQL", "Redis", "S3")} for dev in (one, two)]
    assert not addresses[0] & addresses[1]
    mocs = [{moc["id"] for moc in dev.get("/api/mocs")["data"]} for dev in (one, two)]
    assert mocs[0].isdisjoint(mocs[1])
