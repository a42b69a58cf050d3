"""A service with one small room, and its web on a free port of this machine."""

import asyncio
import hashlib
import hmac
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from adapters.sqlite import SqliteDatabase
from adapters.web.app import make_app
from adapters.web.client import WebServer
from adapters.web.files import Vault
from adapters.web.metrics import Metrics
from adapters.web.signed import Signer
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.chat.room import Forged, Hook, Room
from core.clock import SetClock
from core.desk import ChatLimits, Desk
from core.entitlements.service import Plans
from core.links import service as links
from core.public import Public
from core.roles.service import Owners
from core.runner import Runner
from core.schedule.service import SchedulePace
from tests.fakes.outside import Sketches

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERSON = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1.15"}


@dataclass
class Witness:
    """An observer that remembers."""

    operations: list[str] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)

    def handled(self, command, outcome, *, trace): ...

    def operational(self, what, error, *, trace):
        self.operations.append(what)

    def broken(self, what, error, *, trace, reference):
        self.bugs.append(error)


@dataclass
class Till:
    """A room with a hook, as a payment service would have it; each event leaves one row."""

    secret: bytes = b"whsec"
    breaks: int = 0
    """How many times applying fails."""

    def event(self, name: str) -> tuple[bytes, dict[str, str]]:
        body = json.dumps({"id": name}).encode()
        return body, {"X-Signature": hmac.new(self.secret, body, hashlib.sha256).hexdigest()}

    def room(self) -> Room:
        def identify(body, headers):
            expected = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
            if not hmac.compare_digest(expected, headers.get("x-signature", "")):
                raise Forged
            return json.loads(body)["id"]

        def apply(uow, body, at):
            links.create(uow, "https://example.org/", f"till:{json.loads(body)['id']}", None, at)
            if self.breaks:
                self.breaks -= 1
                raise RuntimeError("the room broke after its effect")

        def ours(body, headers):
            if b"state=ours" not in body:
                raise Forged
            return hashlib.sha256(body).hexdigest()

        def note(uow, body, at):
            links.create(uow, "https://example.org/", f"back:{body.decode()}", None, at)

        return Room("till", hooks=(Hook("till", identify, apply), Hook("oauth", ours, note)))


@dataclass
class House:
    """The running service, with what a test may want to touch."""

    database: SqliteDatabase
    clock: SetClock
    runner: Runner
    public: Public
    signer: Signer
    vault: Vault
    metrics: Metrics
    witness: Witness
    url: str
    client: aiohttp.ClientSession

    def get(self, path, headers=PERSON):
        return self.client.get(self.url + path, headers=headers, allow_redirects=False)

    async def raw(self, request, *, cut=False):
        """What is answered to bytes that no client of ours would send. `cut`: the line is, right after them."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        if cut:
            writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()

    async def post(self, path, event):
        body, headers = event
        async with self.client.post(self.url + path, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def opened(path, clock, till, files, connected=None):
    """Everything from the database to the port; left, everything is closed."""
    witness, metrics = Witness(), Metrics()
    async with SqliteDatabase(path, busy_timeout_ms=50) as database:
        catalog = Catalog([till.room()], {})
        desk = Desk(
            database, catalog, clock, Owners(frozenset()), Plans(), ChatLimits(), witness, Easel(Sketches(), witness)
        )
        runner, public = Runner(desk, SchedulePace()), Public(database, clock, witness)
        signer = Signer("a secret of the tests, long enough", clock)
        vault = Vault(files, signer, clock, "https://tandem.test")
        app = make_app(
            receive=runner.receive,
            public=public,
            signer=signer,
            vault=vault,
            metrics=metrics,
            observer=witness,
            connected=connected or {},
        )
        server = WebServer(app, "127.0.0.1", 0)
        await server.start()
        async with aiohttp.ClientSession() as client:
            yield House(database, clock, runner, public, signer, vault, metrics, witness, server.url, client)
        await server.stop()
