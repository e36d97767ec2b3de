from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from lego_api.models.base import OwnedRecord, updated_timestamp
from lego_api.models.searching import (
    DESCRIPTION,
    DESCRIPTION_VECTOR,
    TITLE_VECTOR,
    search_text,
    search_vector,
    search_version,
    words_vector,
)

_WORDS = "coalesce(category, '')"


class WishlistItem(OwnedRecord):
    __tablename__ = "wishlist_items"

    title: Mapped[str]
    description: Mapped[str | None]
    product_link: Mapped[str | None]
    image_url: Mapped[str | None]
    category: Mapped[str | None]
    sort_order: Mapped[str]
    updated_at: Mapped[datetime] = updated_timestamp()
    search_vector: Mapped[str] = search_vector(TITLE_VECTOR, words_vector(_WORDS), DESCRIPTION_VECTOR)
    search_text: Mapped[str] = search_text("title", _WORDS, DESCRIPTION)
    search_version: Mapped[int] = search_version()

    __table_args__ = (
        Index("idx_wishlist_category_sort", "user_id", "category", "sort_order"),
        Index("idx_wishlist_sort_order", "user_id", "sort_order"),
        Index("idx_wishlist_user_id", "user_id"),
        Index("idx_wishlist_items_search_vector", "search_vector", postgresql_using="gin"),
    )
