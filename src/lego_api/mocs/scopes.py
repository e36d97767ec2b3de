"""The parts of the cache that show a MOC, and so are forgotten together when it changes."""

from uuid import UUID

EVERYONES_MOCS = "mocs"


def moc_scope(moc_id: UUID | str) -> str:
    return f"moc:{moc_id}"


def own_mocs_scope(user_id: str) -> str:
    return f"mocs:{user_id}"


def showing(moc_id: UUID, user_id: str) -> tuple[str, ...]:
    return moc_scope(moc_id), own_mocs_scope(user_id), EVERYONES_MOCS
