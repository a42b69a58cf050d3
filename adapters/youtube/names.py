"""What people type for a channel: an id, a handle, an address. Pure."""

import re
from urllib.parse import unquote, urlsplit

ID = re.compile(r"UC[A-Za-z0-9_-]{22}")
HANDLE = re.compile(r"[\w.·-]{3,30}")
# A name before handles, which channels of that time still have.
_USER = re.compile(r"[A-Za-z0-9]{3,20}")
_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com"}


def query(typed: str) -> dict[str, str] | None:
    """The filter of channels.list that finds it; None where nothing could."""
    typed = typed.strip()
    if len(typed) > 300:
        return None
    if "/" in typed:
        return _of_address(typed)
    if ID.fullmatch(typed):
        return {"id": typed}
    return _of_handle(typed.removeprefix("@"))


def _of_handle(handle: str) -> dict[str, str] | None:
    return {"forHandle": f"@{handle}"} if HANDLE.fullmatch(handle) else None


def _of_address(typed: str) -> dict[str, str] | None:
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host = parts.hostname or ""
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if host not in _HOSTS or not steps:
        return None
    match steps:
        case ["channel", found, *_] if ID.fullmatch(found):
            return {"id": found}
        case ["user", found, *_] if _USER.fullmatch(found):
            return {"forUsername": found}
        case [handle, *_] if handle.startswith("@"):
            return _of_handle(handle[1:])
    return None
