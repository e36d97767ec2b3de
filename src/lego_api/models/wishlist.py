from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from lego_api.models.base import OwnedRecord, updated_timestamp


class WishlistItem(OwnedRecord):
    __tablename__ = "wishlist_items"

    title: Mapped[str]
    description: Mapped[str | None]
    product_link: Mapped[str | None]
    image_url: Mapped[str | None]
    category: Mapped[str | None]
    sort_order: Mapped[str]
    updated_at: Mapped[datetime] = updated_timestamp()

    __table_args__ = (
        Index("idx_wishlist_category_sort", "user_id", "category", "sort_order"),
        Index("idx_wishlist_sort_order", "user_id", "sort_order"),
        Index("idx_wishlist_user_id", "user_id"),
    )
