"""Every table, for Alembic and the repositories."""

from lego_api.models.base import Base, OwnedRecord, Record, utc_now
from lego_api.models.gallery import FIRST_POSITION, GalleryAlbum, GalleryFlag, GalleryImage
from lego_api.models.mocs import Moc, MocFile, MocGalleryAlbum, MocGalleryImage
from lego_api.models.outbox import OutboxEntry
from lego_api.models.parts_lists import PartsList, PartsListPart
from lego_api.models.pending_uploads import PendingUpload
from lego_api.models.searching import SEARCHED_CHARACTERS, next_search_version
from lego_api.models.wishlist import WishlistItem

__all__ = [
    "FIRST_POSITION",
    "SEARCHED_CHARACTERS",
    "Base",
    "GalleryAlbum",
    "GalleryFlag",
    "GalleryImage",
    "Moc",
    "MocFile",
    "MocGalleryAlbum",
    "MocGalleryImage",
    "OutboxEntry",
    "OwnedRecord",
    "PartsList",
    "PartsListPart",
    "PendingUpload",
    "Record",
    "WishlistItem",
    "next_search_version",
    "utc_now",
]
