"""How many pictures are decoded at once, and by whom."""

import asyncio
import threading
from typing import Any

import pytest
from PIL import Image

from lego_api.adapters.images import Images
from tests.adapters.rendering import LARGE
from tests.support import picture_samples as samples


class Decoder:
    """Stands at Pillow's door: counts who is inside, and keeps them there until `gate` is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.most = self._inside = 0
        self._lock = threading.Lock()
        self._open = Image.open
        monkeypatch.setattr(Image, "open", self)

    def __call__(self, *args: Any, **options: Any) -> Image.Image:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.entered.release()
        assert self.gate.wait(60)
        with self._lock:
            self._inside -= 1
        return self._open(*args, **options)


def test_at_most_so_many_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(monkeypatch)

    async def five_at_once() -> None:
        images = Images(max_pixels=50_000_000, concurrency=2)
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(images.render(samples.jpeg(), [LARGE]))
            for _ in range(2):
                await asyncio.to_thread(decoder.entered.acquire)
            third_came = await asyncio.to_thread(decoder.entered.acquire, timeout=0.2)
            decoder.gate.set()
        assert not third_came

    asyncio.run(five_at_once())
    assert decoder.most == 2, "nor later"


def test_a_picture_whose_caller_went_away_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(monkeypatch)

    async def cancel_one_and_start_another() -> None:
        images = Images(max_pixels=50_000_000, concurrency=1)
        abandoned = asyncio.create_task(images.render(samples.jpeg(), [LARGE]))
        await asyncio.to_thread(decoder.entered.acquire)
        abandoned.cancel()
        following = asyncio.create_task(images.render(samples.jpeg(), [LARGE]))
        await asyncio.wait((following,), timeout=0.2)
        decoder.gate.set()
        assert (await following)["large"].width == 160

    asyncio.run(cancel_one_and_start_another())
    assert decoder.most == 1


def test_pictures_are_rendered_on_one_event_loop_after_another() -> None:
    images = Images(max_pixels=50_000_000, concurrency=1)
    for _ in range(2):
        assert asyncio.run(images.render(samples.jpeg(), [LARGE]))["large"].width == 160
