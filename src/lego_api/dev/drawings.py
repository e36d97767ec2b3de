"""Pictures of models for the example data: bricks under a sky, drawn when they are needed."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 1600, 1200
GROUND = 1000  # where the models stand
BRICK_WIDTH, BRICK_HEIGHT = 80, 48

Drawing = Callable[["ImageDraw"], None]


def drawn(drawing: Drawing, *, sky: str, ground: str) -> bytes:
    """A PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, GROUND, WIDTH, HEIGHT), ground)
    drawing(draw)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    return encoded.getvalue()


def castle(draw: "ImageDraw") -> None:
    _bricks(draw, 500, 0, 8, 7, "#9ba19d")
    for left in (340, 1100):
        _bricks(draw, left, 0, 2, 12, "#6d6e6c")
        _bricks(draw, left, 12, 2, 1, "#c4281b")
    draw.pieslice((740, 780, 900, 1220), 180, 360, "#3b2a1d")


def gate(draw: "ImageDraw") -> None:
    _bricks(draw, 240, 0, 5, 14, "#9ba19d")
    _bricks(draw, 960, 0, 5, 14, "#9ba19d")
    _bricks(draw, 240, 14, 14, 3, "#6d6e6c")
    for bar in range(680, 960, 56):
        draw.line((bar, 330, bar, GROUND), "#27251f", width=14)


def lighthouse(draw: "ImageDraw") -> None:
    for row in range(16):
        columns = 4 - row // 8
        _bricks(draw, (WIDTH - columns * BRICK_WIDTH) // 2, row, columns, 1, ("#c4281b", "#f2f3f3")[row // 2 % 2])
    draw.polygon(((800, 180), (0, 40), (0, 320)), "#fff3b0")
    draw.ellipse((750, 130, 850, 230), "#f5cd2f", outline="#27251f", width=6)


def spaceship(draw: "ImageDraw") -> None:
    for x in range(60, WIDTH, 170):
        y = x * 7919 % 900
        draw.ellipse((x, y, x + 8, y + 8), "white")
    draw.polygon(((300, 760), (1300, 760), (1120, 640), (560, 640)), "#9ba19d", outline="#6d6e6c")
    _bricks(draw, 560, 7, 7, 2, "#0d69ab")
    draw.pieslice((900, 440, 1120, 760), 180, 360, "#f5cd2f", outline="#6d6e6c")
    for left in (420, 1040):
        draw.polygon(((left, 760), (left + 140, 760), (left + 70, 900)), "#c4281b")


def rover(draw: "ImageDraw") -> None:
    _bricks(draw, 480, 3, 8, 3, "#f2f3f3")
    _bricks(draw, 640, 6, 3, 2, "#0d69ab")
    draw.line((1040, 700, 1200, 420), "#6d6e6c", width=14)
    draw.ellipse((1140, 360, 1260, 460), "#9ba19d")
    for left in (460, 700, 940):
        draw.ellipse((left, 830, left + 190, 1020), "#27251f")
        draw.ellipse((left + 60, 890, left + 130, 960), "#9ba19d")


def _bricks(draw: "ImageDraw", left: int, row: int, columns: int, rows: int, color: str) -> None:
    """A wall of bricks that stands `row` bricks above the ground, with studs on its top."""
    top = GROUND - (row + rows) * BRICK_HEIGHT
    for column in range(columns):
        for stud in (16, 48):
            x = left + column * BRICK_WIDTH + stud
            draw.rectangle((x, top - 10, x + 18, top), color, outline="#27251f")
        for line in range(rows):
            x, y = left + column * BRICK_WIDTH, top + line * BRICK_HEIGHT
            draw.rectangle((x, y, x + BRICK_WIDTH, y + BRICK_HEIGHT), color, outline="#27251f", width=2)
