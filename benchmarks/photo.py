"""A picture as a camera takes it, as far as decoders and encoders can tell: the same on every machine."""

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw

SIZE = (4000, 3000)
DETAILS = ((8, 6), (40, 30), (250, 190), (1000, 750))  # from large soft patches to small ones


def photo(seed: int = 12) -> bytes:
    """A JPEG of 12 megapixels: soft colours, edges, texture and a sensor's noise."""
    random = Random(seed)
    image = Image.new("RGB", SIZE, (128, 128, 128))
    for strength, size in zip((0.9, 0.5, 0.25, 0.12), DETAILS, strict=True):
        patches = Image.frombytes("RGB", size, random.randbytes(size[0] * size[1] * 3))
        image = Image.blend(image, patches.resize(SIZE, Image.Resampling.BICUBIC), strength)
    draw = ImageDraw.Draw(image)
    for _ in range(120):
        x, y, edge = random.randrange(SIZE[0]), random.randrange(SIZE[1]), random.randrange(20, 400)
        colour = tuple(random.randbytes(3))
        draw.rectangle((x, y, x + edge, y + edge // 2), fill=colour, outline=(20, 20, 20), width=3)
    tile = Image.frombytes("RGB", (500, 500), bytes(118 + random.getrandbits(8) % 21 for _ in range(750_000)))
    noise = Image.new("RGB", SIZE)
    for x in range(0, SIZE[0], 500):
        for y in range(0, SIZE[1], 500):
            noise.paste(tile, (x, y))
    image = ImageChops.add(image, noise, offset=-128)
    file = BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()
