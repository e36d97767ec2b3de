"""The parts of the cache, and which of them show a thing, and so are forgotten together when it changes."""

from uuid import UUID

EVERYONES_MOCS = "mocs"


def moc_scope(moc_id: UUID | str) -> str:
    return f"moc:{moc_id}"


def own_mocs_scope(user_id: str) -> str:
    return f"mocs:{user_id}"


def gallery_scope(user_id: str) -> str:
    return f"gallery:{user_id}"


def wishlist_scope(user_id: str) -> str:
    return f"wishlist:{user_id}"


def profile_scope(user_id: str) -> str:
    """How much of everything a user has, and the newest of it."""
    return f"profile:{user_id}"


def identity_scope(user_id: str) -> str:
    """What the user pool says about a user."""
    return f"identity:{user_id}"


def showing_moc(moc_id: UUID, user_id: str) -> tuple[str, ...]:
    return moc_scope(moc_id), own_mocs_scope(user_id), EVERYONES_MOCS, profile_scope(user_id)


def showing_gallery(user_id: str) -> tuple[str, ...]:
    return gallery_scope(user_id), profile_scope(user_id)


def showing_wishlist(user_id: str) -> tuple[str, ...]:
    return wishlist_scope(user_id), profile_scope(user_id)
