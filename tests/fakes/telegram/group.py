"""Groups, supergroups and channels as a test moves them."""

from tests.fakes.telegram.messages import Chat, User
from tests.fakes.telegram.person import Person
from tests.fakes.telegram.world import World


class Group:
    """A chat of several people; follows its migration to a supergroup."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    def joins(self, person: Person) -> None:
        self.chat.members[person.id] = "member"
        message = self.world.post(
            self.chat, person.user, content={"new_chat_members": [person.user.as_json()]}
        )
        self.world.deliver(message)

    def leaves(self, person: Person) -> None:
        self.chat.members[person.id] = "left"
        gone = {"left_chat_member": person.user.as_json()}
        self.world.deliver(self.world.post(self.chat, person.user, content=gone))

    def promotes_bot(self) -> None:
        self.world.standing(self.chat, self.world.bot, "administrator", self._owner())

    def adds_bot(self) -> None:
        self.world.standing(self.chat, self.world.bot, "member", self._owner())

    def kicks_bot(self) -> None:
        self.world.standing(self.chat, self.world.bot, "kicked", self._owner())

    def removes_bot(self) -> None:
        self.world.standing(self.chat, self.world.bot, "left", self._owner())

    def mutes_bot(self) -> None:
        self.chat.bot_may_write = False

    def migrates(self) -> "Group":
        """Become a supergroup under a new number; the old one answers with where it went."""
        old = self.chat
        new = self.world.chat("supergroup", old.title, dict(old.members))
        old.migrated_to = new
        by = self._owner()
        self.world.deliver(self.world.post(old, by, content={"migrate_to_chat_id": new.id}))
        self.world.deliver(self.world.post(new, by, content={"migrate_from_chat_id": old.id}))
        self.chat = new
        return self

    def _owner(self) -> User:
        member = next(number for number in self.chat.members if number != self.world.bot.id)
        return self.world.users[member]
