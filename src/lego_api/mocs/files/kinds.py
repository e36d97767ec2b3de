"""What may be uploaded with a MOC, as what, how large, and how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from lego_api.adapters import content_types
from lego_api.config import Settings
from lego_api.errors import Invalid, PayloadTooLarge
from lego_api.uploads import MEGABYTE, NEVER_READ, READABLE, Upload

FileType = Literal["instruction", "parts-list", "thumbnail", "gallery-image"]

MAX_INSTRUCTIONS, MAX_PARTS_LISTS, MAX_IMAGES = 10, 10, 3  # that come together with a new MOC

# By the ending of the name: what the file is answered as. Its bytes must be what the ending promises.
INSTRUCTIONS = {
    ".pdf": "application/pdf",
    ".io": "application/octet-stream",  # BrickLink Studio
}
PARTS_LISTS = READABLE | NEVER_READ
PICTURES = {
    ".jpg": content_types.JPEG,
    ".jpeg": content_types.JPEG,
    ".png": content_types.PNG,
    ".webp": content_types.WEBP,
    ".heic": content_types.HEIC,
    ".heif": content_types.HEIC,
}
INSTRUCTION_MISSING = "At least one instructions file is required (PDF or .io format)"
NO_INSTRUCTION = "Instructions file must be PDF or .io format"
NO_PARTS_LIST = "Parts list files must be PDF, CSV, Excel, XML, JSON, Studio or text format"
NO_PICTURE = "Images must be JPEG, PNG, WebP, or HEIC format"


@dataclass(frozen=True, slots=True)
class Document:
    """A checked file that is stored as it came."""

    upload: Upload
    file_type: FileType
    extension: str
    mime_type: str


def instruction(upload: Upload, settings: Settings) -> Document:
    """Raises `Invalid` for what is neither a PDF nor a Studio file."""
    upload.check_size(settings.max_instruction_bytes)
    extension, mime_type = _named(upload, INSTRUCTIONS, NO_INSTRUCTION)
    upload.content_type()
    return Document(upload, "instruction", extension, mime_type)


def parts_list(upload: Upload, settings: Settings) -> Document:
    """Raises `Invalid` for what no parts list looks like. Whether it can be read is for the parser to say."""
    upload.check_size(settings.max_parts_list_bytes)
    extension, mime_type = _named(upload, PARTS_LISTS, NO_PARTS_LIST)
    upload.check_parts_list_type()
    return Document(upload, "parts-list", extension, mime_type)


def announced(filename: str, file_type: FileType, size: int, settings: Settings) -> tuple[str, str]:
    """The extension and the media type of a file that is yet to be sent. Raises `Invalid` or `PayloadTooLarge`."""
    accepted, limit, refusal = {
        "instruction": (INSTRUCTIONS, settings.max_instruction_bytes, NO_INSTRUCTION),
        "parts-list": (PARTS_LISTS, settings.max_parts_list_bytes, NO_PARTS_LIST),
    }.get(file_type, (PICTURES, settings.max_image_bytes, NO_PICTURE))
    extension = PurePosixPath(filename).suffix.lower()
    if extension not in accepted:
        raise Invalid(refusal)
    if size > limit:
        raise PayloadTooLarge(f"File too large. Maximum size is {limit // MEGABYTE}MB.")
    return extension, accepted[extension]


def _named(upload: Upload, accepted: Mapping[str, str], refusal: str) -> tuple[str, str]:
    """The extension and the media type to store a file under. A PDF is one under every name that claims nothing."""
    extension = upload.extension
    if extension not in accepted:
        if content_types.detect(upload.head()) != content_types.PDF:
            raise Invalid(refusal)
        extension = ".pdf"
    return extension, accepted[extension]
