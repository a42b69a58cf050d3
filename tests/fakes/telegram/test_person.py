"""People and a small bot: an echo that stores before it asks for more."""

import asyncio
import contextlib

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.fakes.telegram.fake import FakeTelegram


async def echo(update, _context):
    if update.message.text and update.message.text.startswith("/menu"):
        buttons = [
            [
                InlineKeyboardButton("Yes", callback_data="yes"),
                InlineKeyboardButton("No", callback_data="no"),
            ],
            [InlineKeyboardButton("Private", url=f"https://t.me/{update.get_bot().username}?start=abc-1")],
            [InlineKeyboardButton("Site", url="https://a.example/")],
        ]
        await update.message.reply_text("Choose", reply_markup=InlineKeyboardMarkup(buttons))
    else:
        await update.message.reply_text(f"You said {update.message.text}")


async def pressed(update, _context):
    await update.callback_query.answer(f"Got {update.callback_query.data}")
    await update.callback_query.edit_message_text(f"Chose {update.callback_query.data}")


@pytest.fixture
async def application(telegram: FakeTelegram):
    """The way the adapter works: no updater, a loop of its own."""
    application = (
        Application.builder()
        .token(telegram.token)
        .base_url(telegram.api_url)
        .base_file_url(telegram.file_url)
        .request(HTTPXRequest(httpx_kwargs={"verify": False}))
        .get_updates_request(HTTPXRequest(httpx_kwargs={"verify": False}))
        .updater(None)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(pressed))

    async def loop():
        offset = 0
        while True:
            for update in await application.bot.get_updates(offset=offset, timeout=20):
                await application.process_update(update)
                offset = update.update_id + 1

    async with application:
        running = asyncio.create_task(loop())
        yield application
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


class TestPrivate:
    async def test_echo(self, application, ann):
        ann.says("hello")
        answer = await ann.waits_for("You said hello")
        assert answer.text == ann.last().text

    async def test_press(self, application, ann):
        ann.says("/menu")
        menu = await ann.waits_for("Yes")
        assert menu.buttons == (("Yes", "No"), ("Private",), ("Site",))
        ann.presses("Yes")
        await ann.waits_for("Chose yes")
        assert await ann.waits_for("Got yes")

    async def test_old_words_are_no_news(self, application, ann):
        ann.says("hello")
        await ann.waits_for("You said hello")
        ann.says("bye")
        with pytest.raises(AssertionError, match=r"(?s)Ann waited .*You said bye"):
            await ann.waits_for("You said hello", seconds=0.1)

    async def test_waits_for_a_predicate(self, application, ann):
        ann.says("one")
        ann.says("two")
        assert await ann.waits_for(lambda ann: len(ann.sees()) == 2)

    async def test_links(self, application, ann, telegram):
        ann.says("/menu")
        await ann.waits_for("Choose")
        ann.presses("Private")
        await ann.waits_for("You said /start abc-1")
        ann.presses("Site")
        assert ann.visited == ["https://a.example/"]
        ann.opens(f"https://t.me/{telegram.world.bot.username}?start={'x' * 65}")
        assert "clients ignore" in telegram.world.violations.pop()

    async def test_edits(self, application, bot, ann, telegram):
        said = ann.says("hello")
        await ann.waits_for("You said hello")
        ann.edits(said, "hallo")
        assert telegram.world.updates.all[-1]["edited_message"]["text"] == "hallo"
        await telegram.polled()


class TestGroup:
    @pytest.fixture(autouse=True)
    def known_name(self, telegram):
        self.at_bot = f"@{telegram.world.bot.username}"

    async def test_privacy(self, telegram, bot, ann, group):
        ann.says("nobody hears", group)
        ann.says("/gift", group)
        ann.says(f"/gift{self.at_bot}", group)
        ann.says("/gift@other_bot", group)
        ann.says(f"hey {self.at_bot}", group)
        ours = await bot.send_message(group.id, "How many?")
        ann.replies_to(group.chat.messages[ours.message_id], "50")
        texts = [update.message.text for update in await bot.get_updates()]
        assert texts == ["/gift", f"/gift{self.at_bot}", f"hey {self.at_bot}", "50"]

    async def test_an_administrator_sees_all(self, telegram, bot, ann, group):
        group.promotes_bot()
        ann.says("hello", group)
        kinds = [update for update in await bot.get_updates() if update.message]
        assert [update.message.text for update in kinds] == ["hello"]

    async def test_entities(self, telegram, bot, ann, group):
        bob = telegram.person("Bob")
        ann.says("👍 /gift Bob @carl_smith", group, mentions={"Bob": bob})
        (update,) = await bot.get_updates()
        entities = update.message.parse_entities()
        assert {entity.type: words for entity, words in entities.items()} == {
            MessageEntity.BOT_COMMAND: "/gift",
            MessageEntity.TEXT_MENTION: "Bob",
            MessageEntity.MENTION: "@carl_smith",
        }
        mention = next(entity for entity in entities if entity.type == MessageEntity.TEXT_MENTION)
        assert mention.user.id == bob.id

    async def test_strangers_do_not_write(self, telegram, group):
        with pytest.raises(AssertionError, match="is not in Friends"):
            telegram.person("Eve").says("hello", group)

    async def test_joins_and_leaves(self, telegram, bot, group):
        carl = telegram.person("Carl")
        group.joins(carl)
        group.leaves(carl)
        joined, left = [update.message for update in await bot.get_updates()]
        assert joined.new_chat_members[0].id == left.left_chat_member.id == carl.id

    async def test_bot_comes_and_goes(self, telegram, bot, group):
        group.removes_bot()
        group.adds_bot()
        statuses = [update.my_chat_member.new_chat_member.status for update in await bot.get_updates()]
        assert statuses == ["left", "member"]
