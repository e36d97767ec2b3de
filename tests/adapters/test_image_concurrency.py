"""How many pictures are worked on at once: as many as there is memory for, in the order they came."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from PIL.PngImagePlugin import PngImageFile

from lego_api.adapters.images import BYTES_PER_PICTURE, BYTES_PER_PIXEL, Images
from lego_api.config import Settings
from lego_api.errors import Invalid
from tests.adapters.rendering import LARGE
from tests.support import picture_samples as samples

MEGABYTE = 1024 * 1024
SMALL, HUGE = (100, 100), (1000, 1000)


def needed(size: tuple[int, int]) -> int:
    return BYTES_PER_PICTURE + BYTES_PER_PIXEL["PNG"] * size[0] * size[1]


def picture(size: tuple[int, int]) -> bytes:
    return samples.encode(samples.plain(samples.RED, size), "PNG")


class Decoder:
    """Stands at Pillow's door: notes who comes in, and keeps them there until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inside: list[tuple[int, int]] = []
        self.came = self.most = 0
        self._leaving: list[tuple[int, int]] = []
        self._changed = threading.Condition()
        prepare = PngImageFile.load_prepare

        def held(image: PngImageFile) -> None:
            with self._changed:
                self.inside.append(image.size)
                self.came += 1
                self.most = max(self.most, len(self.inside))
                self._changed.notify_all()
                assert self._changed.wait_for(lambda: image.size in self._leaving, 30)
                self._leaving.remove(image.size)
                self.inside.remove(image.size)
            prepare(image)

        monkeypatch.setattr(PngImageFile, "load_prepare", held)

    def let_go(self, *sizes: tuple[int, int]) -> None:
        with self._changed:
            self._leaving.extend(sizes)
            self._changed.notify_all()

    async def holds(self, *sizes: tuple[int, int]) -> None:
        await self._until(lambda: sorted(self.inside) == sorted(sizes))

    async def came_in(self, count: int) -> None:
        await self._until(lambda: self.came == count)

    async def _until(self, condition: Callable[[], bool]) -> None:
        def wait() -> None:
            with self._changed:
                assert self._changed.wait_for(condition, 30), self.inside

        await asyncio.to_thread(wait)


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Decoder:
    monkeypatch.setattr("os.cpu_count", lambda: 8)  # so that nothing but memory limits
    return Decoder(monkeypatch)


def test_small_pictures_are_decoded_side_by_side_as_far_as_memory_goes(decoder: Decoder) -> None:
    async def five_at_once() -> None:
        images = Images(max_pixels=50_000_000, memory=3 * needed(SMALL))
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(images.render(picture(SMALL), [LARGE]))
            await decoder.holds(SMALL, SMALL, SMALL)
            decoder.let_go(SMALL)
            await decoder.came_in(4)
            assert len(decoder.inside) == 3
            decoder.let_go(*[SMALL] * 4)
        assert decoder.most == 3

    asyncio.run(five_at_once())


def test_a_huge_picture_is_decoded_alone(decoder: Decoder) -> None:
    async def huge_between_small_ones() -> None:
        images = Images(max_pixels=50_000_000, memory=needed(HUGE))
        async with asyncio.TaskGroup() as group:
            group.create_task(images.render(picture(HUGE), [LARGE]))
            await decoder.holds(HUGE)
            group.create_task(images.render(picture(SMALL), [LARGE]))
            group.create_task(images.render(picture(HUGE), [LARGE]))
            decoder.let_go(HUGE, HUGE, SMALL)
        assert decoder.most == 1

    asyncio.run(huge_between_small_ones())


def test_a_picture_whose_caller_went_away_keeps_its_memory(decoder: Decoder) -> None:
    async def cancel_one_and_start_another() -> None:
        images = Images(max_pixels=50_000_000, memory=needed(HUGE))
        abandoned = asyncio.create_task(images.render(picture(HUGE), [LARGE]))
        await decoder.holds(HUGE)
        abandoned.cancel()
        following = asyncio.create_task(images.render(picture(SMALL), [LARGE]))
        await asyncio.wait((abandoned, following), timeout=0.2)
        assert abandoned.cancelled()
        decoder.let_go(HUGE, SMALL)
        assert (await following)["large"].width == SMALL[0]
        assert decoder.most == 1

    asyncio.run(cancel_one_and_start_another())


def test_a_picture_that_fails_gives_its_memory_back() -> None:
    images = Images(max_pixels=50_000_000, memory=needed(HUGE))
    for _ in range(2):
        with pytest.raises(Invalid, match="damaged"):
            asyncio.run(images.render(picture(HUGE)[:-100], [LARGE]))
    assert asyncio.run(images.render(picture(HUGE), [LARGE]))["large"].width == HUGE[0]


def test_a_picture_for_which_there_will_never_be_memory_is_refused() -> None:
    images = Images(max_pixels=50_000_000, memory=needed(HUGE))
    assert asyncio.run(images.render(picture(HUGE), [LARGE]))["large"].width == HUGE[0]
    with pytest.raises(Invalid, match="too large: at most 1 megapixels"):
        asyncio.run(images.render(picture((1001, 1000)), [LARGE]))
    with pytest.raises(ValueError, match="bytes of memory"):
        Images(max_pixels=50_000_000, memory=BYTES_PER_PICTURE)


def test_the_memory_follows_from_what_the_function_has(settings: Settings) -> None:
    def memory(**environment: str) -> int:
        given = settings.model_dump() | {"database_url": "postgresql://nobody@localhost/none"} | environment
        return Settings.model_validate(given).image_memory // MEGABYTE

    assert memory() == 1024
    assert memory(aws_lambda_function_memory_size="1769") == 1061
    assert memory(aws_lambda_function_memory_size="1769", max_image_memory=str(700 * MEGABYTE)) == 700
