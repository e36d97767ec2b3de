"""What MOCs and sets take and answer."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator, model_validator

from lego_api.fields import Description, Name, Title, empty_if_none, invalid_field, none_if_empty
from lego_api.mocs.fields import Count, ImageAddress, MocTags, MocType, Moment, Year
from lego_api.models import utc_now
from lego_api.rows import MocFileOut, MocOut, PartsListOut
from lego_api.schemas import FileUrl, Id, RequestSchema, Schema

# The columns a client may write; those of the other type are ignored, like any unknown key.
SHARED_COLUMNS = frozenset(
    {"title", "description", "tags", "theme", "subtheme", "parts_count", "set_number", "thumbnail_url", "uploaded_date"}
)
COLUMNS: dict[str, frozenset[str]] = {
    "moc": SHARED_COLUMNS | {"author"},
    "set": SHARED_COLUMNS | {"brand", "release_year", "retired"},
}


class MocFields(RequestSchema):
    """Every column that a client may write. Null is empty."""

    description: Description | None = None
    author: Name | None = None
    parts_count: Count | None = None
    theme: Name | None = None
    subtheme: Name | None = None
    uploaded_date: Moment | None = None
    brand: Name | None = None
    set_number: Name | None = None
    release_year: Year | None = None
    retired: bool | None = None
    tags: MocTags | None = None
    thumbnail_url: ImageAddress | None = None

    @field_validator(
        "description", "author", "theme", "subtheme", "brand", "set_number", "thumbnail_url", mode="before"
    )
    @classmethod
    def _empty_is_null(cls, value: Any) -> Any:
        return none_if_empty(value)

    def columns(self, moc_type: str) -> dict[str, Any]:
        """What was sent, of the columns that this type has."""
        return self.model_dump(include=set(COLUMNS.get(moc_type, SHARED_COLUMNS)), exclude_unset=True)


class NewMoc(MocFields):
    title: Title
    type: MocType

    def new_columns(self) -> dict[str, Any]:
        """What was sent, and whether a set is retired: a new one that does not say so is not."""
        columns = self.columns(self.type) | {"type": self.type}
        if self.type == "set":
            columns["retired"] = bool(columns.get("retired"))
        return columns


class MocCreate(NewMoc):
    type: MocType = "moc"
    gallery_image_ids: Annotated[list[Id], Field(default_factory=list, max_length=100), BeforeValidator(empty_if_none)]


class MocUpdate(MocFields):
    """Only what was sent changes; null clears. The type stays."""

    title: Title | None = None

    @field_validator("title")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must not be null")
        return value


class MocWithFilesCreate(NewMoc):
    """The texts of the upload form. Sets are known by their brand, MOCs by their author."""

    @model_validator(mode="after")
    def _maker(self) -> "MocWithFilesCreate":
        maker = "author" if self.type == "moc" else "brand"
        if not getattr(self, maker):
            raise invalid_field(maker, f"{maker} is required")
        return self

    def new_columns(self) -> dict[str, Any]:
        """Its thumbnail is the first of the pictures that come with it."""
        columns = {"uploaded_date": utc_now()} | super().new_columns()
        columns.pop("thumbnail_url", None)
        return columns


class MocImage(Schema):
    """A picture of a MOC, in the words of an `<img>`."""

    id: UUID
    url: FileUrl
    alt: str | None
    caption: str | None


def _nobodys_business(_value: Any) -> None:
    return None


Private = Annotated[None, BeforeValidator(_nobodys_business)]


class PublishedPartsList(PartsListOut):
    """As everybody sees it, without what its builder pays and notes down, and why their file cannot be read."""

    cost_estimate: Private
    actual_cost: Private
    notes: Private
    problems: Private


class MocDetail(MocOut):
    files: list[MocFileOut]
    images: list[MocImage]
    parts_lists: list[PublishedPartsList]


class MocRetrieved(Schema):
    status: int
    message: str
    data: MocDetail


class MocWithFiles(MocOut):
    files: list[MocFileOut]
    images: list[MocImage]


class MocCreatedWithFiles(Schema):
    message: str
    moc: MocWithFiles


class MocWithImages(MocOut):
    images: list[MocImage]


class MocSaved(Schema):
    message: str
    moc: MocOut


class MocPage(Schema):
    success: Literal[True] = True
    data: list[MocOut]
    total: int
    page: int
    limit: int


class FoundMocs(Schema):
    mocs: list[MocWithImages]
    total: int
    source: str
    message: str


class CategoryCount(Schema):
    category: str
    count: int


class MonthCount(Schema):
    date: str  # YYYY-MM
    category: str
    count: int


class CategoryStatistics(Schema):
    success: Literal[True] = True
    data: list[CategoryCount]
    total: int


class UploadStatistics(Schema):
    success: Literal[True] = True
    data: list[MonthCount]
