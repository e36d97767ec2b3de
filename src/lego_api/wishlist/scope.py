"""The part of the cache that a user's wishlist is kept in."""


def wishlist_scope(user_id: str) -> str:
    return f"wishlist:{user_id}"
