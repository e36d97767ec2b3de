import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from lego_api.rows import GalleryImageOut, MocOut
from lego_api.schemas import Message, RequestSchema, Schema

# Control characters, what else begins a new line, and what turns the text around it or cannot be seen at all.
NEVER_IN_A_NAME = frozenset({"Cc", "Zl", "Zp", "Cf"})
JOINERS = frozenset("\u200c\u200d")  # of some scripts, and of emoji


def _one_line(name: str) -> str:
    if any(unicodedata.category(character) in NEVER_IN_A_NAME for character in name if character not in JOINERS):
        raise ValueError("must not contain control characters")
    if not any(unicodedata.category(character)[0] in "LNSP" for character in name):
        raise ValueError("must have a letter, a number or a sign")
    return name


PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_one_line)
]


class ProfileUpdate(RequestSchema):
    """A name that is not sent stays. There is no user without one, so null is refused."""

    name: PersonName = ""


class Statistics(Schema):
    mocs_count: int
    images_count: int
    albums_count: int
    wishlist_count: int


class ProfileOut(Schema):
    """What everybody may see. Nobody is unknown: who has nothing has nothing to show."""

    user_id: str
    stats: Statistics
    recent_mocs: list[MocOut]
    recent_images: list[GalleryImageOut]


class Identification(Schema):
    """What only the user sees. Null is what Cognito does not have, or cannot tell now."""

    name: str | None
    avatar_url: str | None


class OwnProfileOut(ProfileOut, Identification):
    pass


class NameSaved(Message):
    name: str


class AvatarSaved(Message):
    avatar_url: str


class ProfileSaved(Message):
    """With what was set."""

    name: str | None = None
    avatar_url: str | None = None
