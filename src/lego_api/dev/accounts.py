"""PostgreSQL refuses to run as root: as whom it runs instead, and where that user can reach its files."""

import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from lego_api.dev.failure import Failure

NAMES = ("postgres", "nobody")


class PopenArguments(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Account:
    """A user that we, as root, start a process as."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether everybody may pass through all directories above `path` and through, or run, itself."""
        path = path.resolve()
        return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))

    def take(self, path: Path) -> None:
        """Makes a directory and all that is in it belong to this user."""
        for entry in (path, *path.rglob("*")):
            os.chown(entry, self.uid, self.gid, follow_symlinks=False)


def popen_arguments(account: Account | None) -> PopenArguments:
    """What makes `subprocess` start a process as the account; as ourselves without one."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def account_for(directory: Path) -> Account | None:
    """Who may run PostgreSQL on `directory`: None means we ourselves, who are not root."""
    if os.geteuid() != 0:
        return None
    if directory.exists() and (owner := directory.stat()).st_uid != 0:  # it may have no name on this machine
        return Account(owner.st_uid, owner.st_gid)
    for name in NAMES:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise Failure(
        f"PostgreSQL does not run as root, and there is no user {' or '.join(NAMES)} to run it as: "
        "run `make dev` as another user, or set DATABASE_URL"
    )


def directory_for(account: Account | None, wanted: Path) -> Path:
    """`wanted`, belonging to the account.

    In a place that the account cannot reach (below /root, say), `wanted` becomes a symbolic link to a directory among
    the system's temporary files: so it is found again, and whoever deletes `wanted` sees what else to delete.
    """
    if account is None:
        wanted.mkdir(parents=True, exist_ok=True)
        return wanted
    if wanted.is_symlink() and not wanted.exists():  # the system has deleted its temporary files
        wanted.unlink()
    if not wanted.exists():
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if account.reaches(wanted.parent):
            wanted.mkdir(mode=0o700)
        else:
            wanted.symlink_to(_temporary_directory(account), target_is_directory=True)
        os.chown(wanted, account.uid, account.gid)
    return wanted.resolve()


def delete(directory: Path) -> None:
    """Deletes what `directory_for` made."""
    shutil.rmtree(directory.resolve(), ignore_errors=True)
    if directory.is_symlink():
        directory.unlink()


def _temporary_directory(account: Account) -> Path:
    # Unlike /tmp, /var/tmp survives a restart of the machine.
    places = (Path("/var/tmp"), Path(tempfile.gettempdir()), Path("/tmp"))
    place = next(place for place in places if place.is_dir() and account.reaches(place))
    return Path(tempfile.mkdtemp(prefix="lego-api-", dir=place))
