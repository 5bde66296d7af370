"""Photos made ready for paper: upright, of printing size, without position and device."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from sangesan.kernel.refusal import Refusal

LONGEST_SIDE = 1400  # pixels: 85 mm at 400 dots an inch; more would only make the file heavy
SIGNED_WIDTH, SIGNED_HEIGHT = 30.0, 14.0  # millimetres, at most
LABEL_AND_DATE = 10.0  # millimetres of a box


@dataclass(frozen=True)
class Picture:
    """jpeg: without metadata; ratio: width by height."""

    jpeg: bytes
    ratio: float


def printable(photo: bytes, *, place: str = "") -> Picture:
    """The photo as it goes into a paper; raises Refusal, naming `place`, where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal("照片打不开", place=place, remedy="请换一张JPEG照片") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info.clear()  # what is left of the original's metadata is not written again
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return Picture(file.getvalue(), picture.width / picture.height)


def signed_size(picture: Picture, box: float) -> tuple[float, float]:
    """Width and height in millimetres of a signature in a box of such a height, which does not grow by it."""
    high = min(SIGNED_HEIGHT, max(box - LABEL_AND_DATE, SIGNED_HEIGHT / 2), SIGNED_WIDTH / picture.ratio)
    return high * picture.ratio, high
