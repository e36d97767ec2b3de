"""Makes the gallery's pictures of a file, once for each line it is sent, in a process of its own."""

import asyncio
import json
import sys
import time
from pathlib import Path

from lego_api.adapters.images import Images, Rendition

RENDITIONS = (Rendition("large", 2048), Rendition("small", 400))


def peak_megabytes() -> float:
    """The most memory this process ever held. Linux alone tells."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024 if status.exists() else float("nan")


def main(photo: str, out: str) -> None:
    import PIL.Image
    import PIL.WebPImagePlugin

    images = Images(max_pixels=50_000_000, memory=1024 * 1024 * 1024)
    print(json.dumps({"version": PIL.__version__, "peak": peak_megabytes()}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        with open(photo, "rb") as file:
            rendered = asyncio.run(images.render(file, RENDITIONS))
        milliseconds = (time.perf_counter() - started) * 1000
        for name, picture in rendered.items():
            Path(out, f"{name}.webp").write_bytes(picture.data)
        print(json.dumps({"milliseconds": milliseconds, "peak": peak_megabytes()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
