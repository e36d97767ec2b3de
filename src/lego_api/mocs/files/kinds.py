"""What may be uploaded with a MOC, as what, and how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lego_api.adapters import content_types
from lego_api.config import Settings
from lego_api.errors import Invalid
from lego_api.uploads import Upload

FileType = Literal["instruction", "parts-list", "thumbnail", "gallery-image"]

# By the ending of the name: what the file is answered as. Its bytes must be what the ending promises.
INSTRUCTIONS = {
    ".pdf": "application/pdf",
    ".io": "application/octet-stream",  # BrickLink Studio
}
PARTS_LISTS = {
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".bsx": "application/xml",
    ".json": "application/json",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **INSTRUCTIONS,
}


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
    return Document(
        upload, "instruction", *_checked(upload, INSTRUCTIONS, "Instructions file must be PDF or .io format")
    )


def parts_list(upload: Upload, settings: Settings) -> Document:
    """Raises `Invalid` for what no parts list looks like. Whether it can be read is for the parser to say."""
    upload.check_size(settings.max_parts_list_bytes)
    refusal = "Parts list files must be PDF, CSV, Excel, XML, JSON, Studio or text format"
    return Document(upload, "parts-list", *_checked(upload, PARTS_LISTS, refusal))


def _checked(upload: Upload, accepted: Mapping[str, str], refusal: str) -> tuple[str, str]:
    """The extension and the media type to store a file under. A PDF is one under every name that claims nothing."""
    extension = upload.extension
    if extension not in accepted:
        if content_types.detect(upload.head()) != content_types.PDF:
            raise Invalid(refusal)
        extension = ".pdf"
    upload.content_type()
    return extension, accepted[extension]
