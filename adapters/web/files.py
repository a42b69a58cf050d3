"""A vault for files too large for a chat: kept under a random name, served by a signed link, gone in time."""

import asyncio
import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from adapters.web import pages
from adapters.web.errors import LinkExpired
from adapters.web.signed import Signer
from core.clock import EPOCH, Clock

PURPOSE = "file"
# The time of removal stands in the name: no table has to know about the folder, and no file is forgotten.
STORED = re.compile(r"(?P<until>\d{10,12})-[\w-]{22}")
UNSAFE = re.compile(r"[^\w.()+ -]")


class Vault:
    """Keeps files for some hours, in a folder that all processes behind one address share."""

    def __init__(self, folder: Path, signer: Signer, clock: Clock, public_url: str) -> None:
        self._folder = folder
        self._signer = signer
        self._clock = clock
        self._public_url = public_url

    async def keep(self, name: str, content: bytes, hours: int) -> str:
        """Store a file and answer the link to it. Whoever has the link has the file."""
        until = int((self._clock.now() + timedelta(hours=hours)).timestamp())
        stored = f"{until}-{secrets.token_urlsafe(16)}"
        await asyncio.to_thread(self._write, stored, content)
        safe = UNSAFE.sub("_", name).strip(". ")[:100] or "file"
        token = self._signer.sign(PURPOSE, {"file": stored, "name": safe}, hours)
        return f"{self._public_url}/files/{token}"

    async def sweep(self) -> int:
        """Remove what has expired; how many files that were."""
        return await asyncio.to_thread(self._sweep, self._clock.now())

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page before the file: a messenger that looks at the link in advance gets only this."""
        path, name, until = self._find(request.match_info["token"])
        size = _size(path.stat().st_size)
        href = f"{request.path}/download"
        body = pages.html(pages.FILE, name=name, size=size, until=f"{until:%-d %B %Y, %H:%M} UTC", href=href)
        return pages.page("Your file", body)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The file itself, always to be saved and never to be opened here."""
        path, name, _ = self._find(request.match_info["token"])
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return web.FileResponse(path, headers=headers)

    def _find(self, token: str) -> tuple[Path, str, datetime]:
        payload = self._signer.open(PURPOSE, token)
        stored = STORED.fullmatch(payload["file"])
        assert stored is not None, "we sign only names that we made"
        path = self._folder / stored.string
        if not path.is_file():
            raise LinkExpired
        return path, payload["name"], EPOCH + timedelta(seconds=int(stored["until"]))

    def _write(self, stored: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Under another name until it is whole and on the disk.
        path = self._folder / f"{stored}.part"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.rename(self._folder / stored)

    def _sweep(self, now: datetime) -> int:
        removed = 0
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            stored = STORED.fullmatch(path.name.removesuffix(".part"))
            if stored is not None and int(stored["until"]) <= now.timestamp():
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{max(count // 1000, 1)} kB"
    return f"{count / 1_000_000:.1f} MB"
