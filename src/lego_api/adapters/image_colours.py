"""The colours of pictures: 8 bits a channel, and in the end sRGB."""

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

# What the profiles of most phones and cameras call themselves; converting from these would change nothing.
SRGB_PROFILES = frozenset(("sRGB IEC61966-2.1", "sRGB", "sRGB built-in"))


def in_working_mode(image: "Image") -> "Image":
    """8 bits a channel in L, LA, RGB, RGBA or CMYK, with transparency in a channel of its own."""
    if image.mode in ("I", "I;16"):
        clear = image.info.pop("transparency", None)  # the grey that counts as transparent
        image = image.point(lambda value: value * (1 / 257)).convert("L")  # convert() alone makes all above 255 white
        if isinstance(clear, int):
            image.info["transparency"] = clear // 257
    grey = image.mode in ("1", "L", "LA")
    if image.has_transparency_data:
        mode = "LA" if grey else "RGBA"
    else:
        mode = "L" if grey else "CMYK" if image.mode == "CMYK" else "RGB"
    return image if image.mode == mode else image.convert(mode)


def in_srgb(image: "Image") -> "Image":
    """The same colours in numbers of sRGB. Without a usable profile they are taken for sRGB, as browsers do."""
    colours = _converted(image, image.info.get("icc_profile"))
    if colours is None:
        return image.convert("RGB") if image.mode == "CMYK" else image
    if image.mode.endswith("A"):
        colours.putalpha(image.getchannel("A"))
    return colours


def _converted(image: "Image", profile: bytes | None) -> "Image | None":
    """Opaque RGB, or None when there is nothing to convert: no profile, sRGB, a damaged one, one of other channels."""
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform, createProfile

    if not profile:
        return None
    mode = image.mode.removesuffix("A")
    try:
        source = ImageCmsProfile(BytesIO(profile))
        if source.profile.profile_description in SRGB_PROFILES:
            return None
        transform = ImageCmsTransform(source, ImageCmsProfile(createProfile("sRGB")), mode, "RGB")
    except (OSError, ValueError):
        return None
    return transform.apply(image if image.mode == mode else image.convert(mode))
