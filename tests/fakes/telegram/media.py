"""Photos and documents: what may be uploaded, and how it can be fetched again."""

import struct
from typing import Final

from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.faults import ApiError, Json, bad_request
from tests.fakes.telegram.messages import Stored
from tests.fakes.telegram.world import FILE_LINK_SECONDS, World

PHOTO_BYTES: Final = 10_000_000
DOCUMENT_BYTES: Final = 50_000_000
DOWNLOAD_BYTES: Final = 20_000_000
PHOTO_SIDES: Final = 10_000
"""Width and height together."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
PICTURES: Final = {PNG: "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp", b"BM": "bmp"}


def picture(content: bytes) -> str | None:
    return next((kind for magic, kind in PICTURES.items() if content.startswith(magic)), None)


def sides(content: bytes) -> tuple[int, int]:
    """Width and height, read from a PNG; other pictures are taken for small."""
    if not content.startswith(PNG) or len(content) < 24:
        return 320, 240
    wide, high = struct.unpack(">II", content[16:24])
    return int(wide), int(high)


def stored(world: World, ask: Asking, given: str, kind: str) -> Stored:
    """The file a parameter means: an upload, or one the platform has."""
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    upload = ask.upload(given)
    if upload is None:
        if given not in world.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return world.files[given]
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > DOCUMENT_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    return world.store(upload.name, upload.content_type, upload.content)


def photo(world: World, ask: Asking, given: str) -> Json:
    kept = stored(world, ask, given, "photo")
    if len(kept.content) > PHOTO_BYTES:
        raise bad_request("file is too big")  # (assumed)
    if picture(kept.content) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    wide, high = sides(kept.content)
    if wide + high > PHOTO_SIDES:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return photo_content(kept)


def photo_content(kept: Stored) -> Json:
    wide, high = sides(kept.content)
    size = {"file_id": kept.id, "file_unique_id": kept.unique_id, "file_size": len(kept.content)}
    return {"photo": [size | {"width": wide, "height": high}]}


def document(world: World, ask: Asking, given: str) -> Json:
    return document_content(stored(world, ask, given, "document"))


def document_content(kept: Stored) -> Json:
    return {
        "document": {
            "file_id": kept.id,
            "file_unique_id": kept.unique_id,
            "file_name": kept.name,
            "mime_type": kept.content_type,
            "file_size": len(kept.content),
        }
    }


def media(world: World, ask: Asking, kind: str, given: str) -> Json:
    return photo(world, ask, given) if kind == "photo" else document(world, ask, given)


def get_file(world: World, ask: Asking) -> Json:
    kept = world.files.get(ask.text("file_id"))
    if kept is None:
        raise bad_request("invalid file_id")
    if len(kept.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    folder = "photos" if picture(kept.content) else "documents"
    kept.path = f"{folder}/{kept.unique_id}.{picture(kept.content) or 'bin'}"
    kept.path_until = world.clock.now() + FILE_LINK_SECONDS
    return {
        "file_id": kept.id,
        "file_unique_id": kept.unique_id,
        "file_size": len(kept.content),
        "file_path": kept.path,
    }
