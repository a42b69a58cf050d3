"""The application's registered commands, and what a person's client offers of them."""

from typing import TYPE_CHECKING

from tests.fakes.discord import errors
from tests.fakes.discord.command_limits import SLASH, refusal, type_of
from tests.fakes.discord.errors import Json
from tests.fakes.discord.things import ADMINISTRATOR, Guild

if TYPE_CHECKING:
    from tests.fakes.discord.world import World

CREATES_A_DAY = 200
DAY_SECONDS = 86_400
IN_GUILD, IN_BOT_DM, IN_PRIVATE = 0, 1, 2


class Register:
    """Global commands under None, those of a guild under its id."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._scopes: dict[int | None, list[Json]] = {}
        self._creates: list[float] = []

    def of(self, guild: Guild | None = None) -> list[Json]:
        """The commands of one scope."""
        return self._scopes.get(guild.id if guild else None, [])

    def overwrite(self, commands: list[Json], guild: Guild | None = None) -> list[Json]:
        """Put these in place of all that there are; what keeps its name keeps its id."""
        refused = refusal(commands)
        if refused is not None:
            raise refused
        known = {(command["type"], command["name"]): command for command in self.of(guild)}
        fresh = [command for command in commands if (type_of(command), command["name"]) not in known]
        self._count(len(fresh))
        scope = guild.id if guild else None
        self._scopes[scope] = [
            self._registered(command, known.get((type_of(command), command["name"])), guild)
            for command in commands
        ]
        self._world.bell.ring()
        return self.of(guild)

    def _count(self, fresh: int) -> None:
        now = self._world.clock.now()
        self._creates = [at for at in self._creates if at > now - DAY_SECONDS]
        if len(self._creates) + fresh > CREATES_A_DAY:
            raise errors.too_many_creates()
        self._creates += [now] * fresh

    def _registered(self, command: Json, known: Json | None, guild: Guild | None) -> Json:
        body = {
            "id": known["id"] if known else str(self._world.snowflake()),
            "application_id": str(self._world.application.id),
            "version": str(self._world.snowflake()),
            "type": type_of(command),
            "name": command["name"],
            "name_localizations": command.get("name_localizations"),
            "description": command.get("description") or "",
            "description_localizations": command.get("description_localizations"),
            "default_member_permissions": command.get("default_member_permissions"),
            "nsfw": bool(command.get("nsfw")),
        }
        if body["default_member_permissions"] is not None:
            body["default_member_permissions"] = str(body["default_member_permissions"])
        if command.get("options"):
            body["options"] = command["options"]
        if guild is not None:
            return {**body, "guild_id": str(guild.id)}
        in_dms = command.get("dm_permission") is not False
        contexts = command.get("contexts") or ([IN_GUILD, IN_BOT_DM] if in_dms else [IN_GUILD])
        installs = command.get("integration_types") or [0]
        return {**body, "contexts": contexts, "integration_types": installs, "dm_permission": in_dms}

    def offered(
        self, name: str, kind: int, *, guild: Guild | None, permissions: int, installed: bool = False
    ) -> Json | None:
        """The command that a client shows under this name here, if any; a guild's own goes first."""
        context = IN_BOT_DM if guild is None else IN_GUILD
        own = self.of(guild) if guild is not None and guild.has_bot else []
        for command in [*own, *self.of()]:
            if command["type"] != kind or command["name"] != name:
                continue
            if command not in own and not self._fits(command, context, guild, installed=installed):
                continue
            if guild is not None and not _permitted(command, permissions):
                continue
            return command
        return None

    def _fits(self, command: Json, context: int, guild: Guild | None, *, installed: bool) -> bool:
        here = guild is None or guild.has_bot
        ways = command["integration_types"]
        return context in command["contexts"] and ((here and 0 in ways) or (installed and 1 in ways))


def _permitted(command: Json, permissions: int) -> bool:
    needed = command["default_member_permissions"]
    if needed is None or permissions & ADMINISTRATOR:
        return True
    # "0" stands for: nobody but administrators.
    return int(needed) != 0 and permissions & int(needed) == int(needed)


def leaf(command: Json, path: list[str]) -> Json | None:
    """The subcommand at the end of the path, or the command itself; None where the path leads nowhere."""
    here = command
    for step in path:
        inner = [o for o in here.get("options") or [] if o["name"] == step and o["type"] in (1, 2)]
        if not inner:
            return None
        here = inner[0]
    unfinished = any(option["type"] in (1, 2) for option in here.get("options") or [])
    return None if unfinished else here


def names(commands: list[Json]) -> list[str]:
    """All that can be run, for a message that says what there is."""
    found = []
    for command in commands:
        found += _paths(command, "/" if command["type"] == SLASH else "")
    return found


def _paths(part: Json, before: str) -> list[str]:
    inner = [option for option in part.get("options") or [] if option["type"] in (1, 2)]
    name = before + part["name"]
    return [path for option in inner for path in _paths(option, f"{name} ")] or [name]
