"""Draws one page of a file as a PNG. Run as a process of its own (see pictures.py): what it reads comes from strangers.

``python -m engine.notes.drawing MEDIA PAGE`` reads the file from standard input and writes "PAGES\\n" and the picture.
"""

from __future__ import annotations

import io
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
WIDTH, HEIGHT = 1200, 1700
"""Of the largest picture, in pixels."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    media, page = sys.argv[1], int(sys.argv[2])
    content = sys.stdin.buffer.read()
    pages, picture = _pdf(content, page) if media == "application/pdf" else _image(content)
    # Nothing may be opened any more by the time bytes go out, and nothing ever could be written.
    sys.stdout.buffer.write(f"{pages}\n".encode() + picture)


def _pdf(content: bytes, number: int) -> tuple[int, bytes]:
    import pypdfium2

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    document = pypdfium2.PdfDocument(content)
    pages = len(document)
    page = document[min(max(number, 1), pages) - 1]
    width, height = page.get_size()
    image = page.render(scale=min(WIDTH / max(width, 1), HEIGHT / max(height, 1), 4)).to_pil()
    return pages, _png(image)


def _image(content: bytes) -> tuple[int, bytes]:
    from PIL import Image, ImageOps

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as found:
        image = ImageOps.exif_transpose(found).convert("RGB")
        image.thumbnail((WIDTH, HEIGHT))
        return 1, _png(image)


def _png(image: object) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG")  # type: ignore[attr-defined]  # a picture of Pillow
    return held.getvalue()


if __name__ == "__main__":
    main()
