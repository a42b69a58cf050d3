"""The loopback Telegram that end-to-end tests start: a real server for the real client."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.fakes.telegram.clock import PATIENCE_SECONDS, Clock
from tests.fakes.telegram.flood import Flood, Scripted
from tests.fakes.telegram.group import Group
from tests.fakes.telegram.person import Person
from tests.fakes.telegram.server import Server
from tests.fakes.telegram.world import World


class FakeTelegram:
    """A platform with no people yet; leaving it fails if the bot broke a rule that no error shows."""

    def __init__(self, *, started_at: float | None = None, username: str = "tandem_test_bot") -> None:
        self.world = World(Clock(started_at), username=username)
        self.server = Server(self.world)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.stop()
        if error is None and self.world.violations:
            raise AssertionError("\n".join(self.world.violations))

    # Where the client finds it

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def api_url(self) -> str:
        """For `base_url`: the client appends token and method."""
        return f"http://127.0.0.1:{self.server.port}/bot"

    @property
    def file_url(self) -> str:
        """For `base_file_url`."""
        return f"http://127.0.0.1:{self.server.port}/file/bot"

    # Who is there

    def person(self, first_name: str, username: str | None = None, language: str | None = "en") -> Person:
        return Person(self.world, self.world.user(first_name, username, language))

    def group(self, title: str, *people: Person, bot: str = "member", supergroup: bool = False) -> Group:
        """A group of these people, the first its owner; `bot` is its status: administrator, member, left."""
        members = {person.id: "member" for person in people}
        if people:
            members[people[0].id] = "creator"
        members[self.world.bot.id] = bot
        return Group(self.world, self.world.chat("supergroup" if supergroup else "group", title, members))

    def channel(self, title: str, owner: Person, username: str | None = None) -> Group:
        """A channel that the bot administers."""
        members = {owner.id: "creator", self.world.bot.id: "administrator"}
        made = self.world.chat("channel", title, members)
        made.username = username
        return Group(self.world, made)

    # Time and weather

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def flood(self) -> Flood:
        return self.world.flood

    def next_answers(self, method: str, *answers: Scripted) -> None:
        """What the next requests of a method get instead of the usual answer; `*` is any method."""
        self.world.flood.next_answers(method, *answers)

    async def until(self, holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until something holds, looking again at each thing that happens."""
        return await self.world.bell.until(holds, seconds)

    async def confirmed(self) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self.world.updates.pending())

    async def polled(self) -> None:
        """Wait until the bot has confirmed every update and asks for more."""
        await self.until(lambda: not self.world.updates.pending() and self.server.polling.waiting)
