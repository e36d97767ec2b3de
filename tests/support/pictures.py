"""Small pictures and documents to upload."""

import io

from PIL import Image

PDF = b"%PDF-1.4\n% a very small book of instructions\n%%EOF\n"
STUDIO = b"PK\x03\x04 a Studio model, as far as its first bytes go"
CSV = b"Part ID,Part Name,Quantity,Color\n3001,Brick 2 x 4,25,Red\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), color: str = "red") -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", size, color).save(encoded, kind)
    return encoded.getvalue()


JPEG = picture()
PNG = picture("PNG")
