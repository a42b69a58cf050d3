"""Methods that make, change and delete messages: once right, and once for each refusal."""

import struct

import pytest
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from tests.fakes.telegram.client import client

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\0" * 20


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"go:{label}")] for label in labels])


class TestSendMessage:
    async def test_arrives(self, bot, ann):
        sent = await bot.send_message(ann.id, "Hello", reply_markup=keyboard("Yes", "No"))
        assert ann.last().text == sent.text == "Hello"
        assert ann.last().buttons == (("Yes",), ("No",))

    async def test_white_space_is_cut_off(self, bot, ann):
        sent = await bot.send_message(ann.id, " 👍 bold \n", entities=[MessageEntity("bold", 4, 5)])
        assert sent.text == "👍 bold"
        assert sent.entities[0].to_dict() == {"type": "bold", "offset": 3, "length": 4}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "Message text is empty"),
            (" \n ", "Message text is empty"),
            ("x" * 4097, "Message is too long"),
            ("👍" * 4097, "Message is too long"),
            ("x" * 32_769, "Text is too long"),
        ],
    )
    async def test_refuses_length(self, bot, ann, text, words):
        with pytest.raises(BadRequest, match=f"^{words}$"):
            await bot.send_message(ann.id, text)

    async def test_counts_code_points(self, bot, ann):
        await bot.send_message(ann.id, "👍" * 4096)

    async def test_counts_after_parsing(self, bot, ann):
        await bot.send_message(ann.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")

    async def test_reply(self, bot, ann):
        asked = ann.says("hello")
        sent = await bot.send_message(ann.id, "Hi", reply_parameters=ReplyParameters(asked.id))
        assert sent.reply_to_message.text == "hello"
        with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
            await bot.send_message(ann.id, "Hi", reply_parameters=ReplyParameters(999))
        lost = ReplyParameters(999, allow_sending_without_reply=True)
        assert (await bot.send_message(ann.id, "Hi", reply_parameters=lost)).reply_to_message is None

    async def test_force_reply(self, bot, ann):
        await bot.send_message(ann.id, "How many?", reply_markup=ForceReply(True, "A number"))
        assert ann.last().forces_reply
        assert ann.last().placeholder == "A number"
        with pytest.raises(BadRequest, match=r"(?i)placeholder"):
            await bot.send_message(ann.id, "x", reply_markup=ForceReply(True, "x" * 65))


class TestEntities:
    @pytest.mark.parametrize(
        ("text", "mode", "words"),
        [
            ("Hi.", "MarkdownV2", "character '.' is reserved and must be escaped with the preceding '\\'"),
            ("*Hi", "MarkdownV2", "can't find end of bold entity at byte offset 0"),
            ("<x>Hi</x>", "HTML", 'unsupported start tag "x" at byte offset 0'),
            ("<b>Hi", "HTML", 'can\'t find end tag corresponding to start tag "b"'),
            ("Hi", "Markdown3", "unsupported parse_mode"),
        ],
    )
    async def test_refuses_markup(self, bot, ann, text, mode, words):
        with pytest.raises(BadRequest) as caught:
            await bot.send_message(ann.id, text, parse_mode=mode)
        parse = "" if "parse_mode" in words else "can't parse entities: "
        assert caught.value.message.lower() == parse + words

    @pytest.mark.parametrize(
        ("entity", "words"),
        [
            (MessageEntity("bold", 1, 2), "entity begins in a middle of a utf-16 symbol at byte offset 4"),
            (MessageEntity("bold", 0, 99), "ends after the end of the text at utf-16 offset 99"),
            (MessageEntity("bold", 99, 1), "entity begins after the end of the text at utf-16 offset 99"),
            (MessageEntity("loud", 0, 1), "can't parse messageentity: unsupported type specified"),
        ],
    )
    async def test_refuses_offsets(self, bot, ann, entity, words):
        with pytest.raises(BadRequest) as caught:
            await bot.send_message(ann.id, "👨‍👩‍👧 שלום", entities=[entity])
        assert words in caught.value.message.lower()

    async def test_counts_utf_16_units(self, bot, ann):
        bold = MessageEntity("bold", 9, 4)
        sent = await bot.send_message(ann.id, "👨‍👩‍👧 שלום", entities=[bold])
        assert sent.parse_entity(bold) == "שלום"


class TestKeyboard:
    @pytest.mark.parametrize(
        ("button", "words"),
        [
            (InlineKeyboardButton("x"), "text buttons are unallowed in the inline keyboard"),
            (
                InlineKeyboardButton("x", callback_data=""),
                "text buttons are unallowed in the inline keyboard",
            ),
            (InlineKeyboardButton("x", callback_data="x" * 65), "button_data_invalid"),
            (InlineKeyboardButton("x", callback_data="é" * 33), "button_data_invalid"),
            (InlineKeyboardButton("x", callback_data="y", url="https://a.example"), "button_type_invalid"),
            (InlineKeyboardButton("x", url="ftp://a.example"), "unsupported url protocol"),
            (InlineKeyboardButton(" ", callback_data="y"), "text must be non-empty"),
            (InlineKeyboardButton("x", callback_data="y", style="purple"), "button_style_invalid"),
        ],
    )
    async def test_refuses_button(self, bot, ann, button, words):
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await bot.send_message(ann.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))

    async def test_takes_64_bytes(self, bot, ann):
        button = InlineKeyboardButton("x", callback_data="é" * 32)
        await bot.send_message(ann.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))

    @pytest.mark.parametrize("shape", [(8, 13), (9, 1)])
    async def test_refuses_size(self, bot, ann, shape):
        wide, high = shape
        row = [InlineKeyboardButton("x", callback_data="x")] * wide
        with pytest.raises(BadRequest, match=r"(?i)reply markup is too long"):
            await bot.send_message(ann.id, "x", reply_markup=InlineKeyboardMarkup([row] * high))


class TestChat:
    async def test_unknown(self, bot, telegram):
        with pytest.raises(BadRequest, match=r"(?i)^chat not found$"):
            await bot.send_message(12345, "x")
        with pytest.raises(BadRequest, match=r"(?i)^chat not found$"):
            await bot.send_message(telegram.person("Never Met").id, "x")

    async def test_not_started(self, bot, telegram, ann):
        bob = telegram.person("Bob")
        telegram.group("Friends", ann, bob)
        with pytest.raises(Forbidden, match=r"(?i)bot can't initiate conversation with a user"):
            await bot.send_message(bob.id, "x")

    async def test_blocked(self, bot, telegram, ann):
        ann.blocks_bot()
        with pytest.raises(Forbidden, match=r"(?i)^forbidden: bot was blocked by the user$"):
            await bot.send_message(ann.id, "x")
        ann.starts()
        await bot.send_message(ann.id, "Welcome back")
        kinds = [kind for update in await bot.get_updates() for kind in update.to_dict() if kind != "update_id"]
        assert kinds == ["my_chat_member", "my_chat_member", "message"]

    async def test_deactivated(self, bot, ann):
        ann.deletes_account()
        with pytest.raises(Forbidden, match=r"(?i)user is deactivated"):
            await bot.send_message(ann.id, "x")

    async def test_kicked(self, bot, group):
        group.kicks_bot()
        with pytest.raises(Forbidden, match=r"(?i)bot was kicked from the group chat"):
            await bot.send_message(group.id, "x")

    async def test_left(self, bot, telegram, ann):
        group = telegram.group("Friends", ann, supergroup=True)
        assert await bot.leave_chat(group.id)
        with pytest.raises(Forbidden, match=r"(?i)bot is not a member of the supergroup chat"):
            await bot.send_message(group.id, "x")
        with pytest.raises(BadRequest, match=r"(?i)private chats"):
            await bot.leave_chat(ann.id)

    async def test_muted(self, bot, group):
        group.mutes_bot()
        with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
            await bot.send_message(group.id, "x")

    async def test_migrated(self, bot, telegram, group):
        old = group.id
        group.migrates()
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(old, "x")
        assert caught.value.new_chat_id == group.id
        assert (await bot.send_message(group.id, "x")).chat.type == "supergroup"
        told = [update.message for update in await bot.get_updates()]
        assert [message.migrate_to_chat_id for message in told] == [group.id, None]
        assert [message.migrate_from_chat_id for message in told] == [None, old]

    async def test_channel(self, bot, telegram, ann):
        channel = telegram.channel("News", ann, "news_of_tests")
        assert (await bot.send_message("@news_of_tests", "x")).sender_chat.id == channel.id

    async def test_get(self, bot, telegram, ann, group):
        assert (await bot.get_chat(group.id)).title == "Friends"
        assert (await bot.get_chat_member(group.id, ann.id)).status == "creator"
        with pytest.raises(BadRequest, match=r"(?i)user not found"):
            await bot.get_chat_member(group.id, 5)
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.get_chat(5)


class TestEdit:
    async def test_text(self, bot, ann):
        sent = await bot.send_message(ann.id, "one", reply_markup=keyboard("Yes"))
        await bot.edit_message_text("two", ann.id, sent.message_id)
        assert ann.texts() == ["two"]
        assert ann.last().buttons == ()

    async def test_keyboard(self, bot, ann):
        sent = await bot.send_message(ann.id, "one")
        await bot.edit_message_reply_markup(ann.id, sent.message_id, reply_markup=keyboard("Yes"))
        assert ann.last().buttons == (("Yes",),)
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_reply_markup(ann.id, sent.message_id, reply_markup=keyboard("Yes"))

    async def test_refuses_the_same(self, bot, ann):
        sent = await bot.send_message(ann.id, "one", reply_markup=keyboard("Yes"))
        words = (
            "^Message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message$"
        )
        with pytest.raises(BadRequest, match=words):
            await bot.edit_message_text("one ", ann.id, sent.message_id, reply_markup=keyboard("Yes"))
        bold = [MessageEntity("bold", 0, 3)]
        await bot.edit_message_text("one", ann.id, sent.message_id, entities=bold, reply_markup=keyboard("Yes"))

    async def test_refuses_what_is_gone(self, bot, ann):
        with pytest.raises(BadRequest, match=r"(?i)^message to edit not found$"):
            await bot.edit_message_text("one", ann.id, 999)

    async def test_refuses_force_reply_and_strangers(self, bot, ann):
        sent = await bot.send_message(ann.id, "How many?", reply_markup=ForceReply(True))
        for number in (sent.message_id, ann.says("hello").id):
            with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
                await bot.edit_message_text("one", ann.id, number)

    async def test_caption_and_media(self, bot, ann):
        sent = await bot.send_photo(ann.id, PICTURE, "one")
        await bot.edit_message_caption(ann.id, sent.message_id, caption="two")
        await bot.edit_message_media(
            InputMediaDocument(b"text", filename="a.txt", caption="three"), ann.id, sent.message_id
        )
        assert ann.last().content["document"]["file_name"] == "a.txt"
        await bot.edit_message_media(InputMediaPhoto(PICTURE), ann.id, sent.message_id)
        with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
            await bot.edit_message_text("one", ann.id, sent.message_id)

    async def test_refuses_caption_of_text(self, bot, ann):
        sent = await bot.send_message(ann.id, "one")
        with pytest.raises(BadRequest, match=r"(?i)there is no caption in the message to edit"):
            await bot.edit_message_caption(ann.id, sent.message_id, caption="two")
        with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
            await bot.edit_message_media(InputMediaPhoto(b"no picture"), ann.id, sent.message_id)


class TestDelete:
    async def test_own_and_private(self, bot, ann):
        sent = await bot.send_message(ann.id, "one")
        assert await bot.delete_message(ann.id, sent.message_id)
        assert await bot.delete_message(ann.id, ann.says("hello").id)
        assert ann.texts() == []
        with pytest.raises(BadRequest, match=r"(?i)^message to delete not found$"):
            await bot.delete_message(ann.id, sent.message_id)

    async def test_refuses_old_and_foreign(self, bot, telegram, ann, group):
        sent = await bot.send_message(ann.id, "one")
        said = ann.says("/hello", group)
        with pytest.raises(BadRequest, match=r"(?i)^message can't be deleted$"):
            await bot.delete_message(group.id, said.id)
        group.promotes_bot()
        assert await bot.delete_message(group.id, said.id)
        telegram.clock.advance(48 * 3600 + 1)
        with pytest.raises(BadRequest, match=r"(?i)^message can't be deleted$"):
            await bot.delete_message(ann.id, sent.message_id)


class TestFiles:
    async def test_photo_there_and_back(self, bot, telegram, ann):
        sent = await bot.send_photo(ann.id, PICTURE, "Look")
        assert sent.photo[0].width == 640
        file = await bot.get_file(sent.photo[0].file_id)
        assert bytes(await file.download_as_bytearray()) == PICTURE
        again = await bot.send_photo(ann.id, sent.photo[0].file_id)
        assert again.photo[0].file_unique_id == sent.photo[0].file_unique_id
        telegram.clock.advance(3601)
        with pytest.raises(InvalidToken):
            await file.download_as_bytearray()

    async def test_document(self, bot, ann):
        sent = await bot.send_document(ann.id, b"a,b", filename="a.csv", caption="Table")
        assert (sent.document.file_name, ann.last().text) == ("a.csv", "Table")
        with pytest.raises(BadRequest, match=r"(?i)file must be non-empty"):
            await bot.send_document(ann.id, b"", filename="a.csv")
        with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
            await bot.send_document(ann.id, "unknown-file")

    async def test_photo_of_a_person(self, bot, ann):
        ann.sends_photo(PICTURE, caption="mine")
        (update,) = await bot.get_updates()
        file = await bot.get_file(update.message.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == PICTURE
        with pytest.raises(BadRequest, match=r"(?i)invalid file_id"):
            await bot.get_file("unknown")

    async def test_refuses_caption_and_picture(self, bot, ann):
        with pytest.raises(BadRequest, match=r"(?i)^message caption is too long$"):
            await bot.send_photo(ann.id, PICTURE, "x" * 1025)
        await bot.send_photo(ann.id, PICTURE, "👍" * 1024)
        wide = PICTURE[:16] + struct.pack(">II", 9000, 1001) + PICTURE[24:]
        with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
            await bot.send_photo(ann.id, wide)
        with pytest.raises(BadRequest, match=r"(?i)failed to get http url content"):
            await bot.send_photo(ann.id, "https://a.example/b.png")


class TestDraftAndAction:
    async def test_draft_lasts_half_a_minute(self, bot, telegram, ann):
        await bot.send_message_draft(ann.id, 7, "Once upon")
        assert ann.draft() == "Once upon"
        telegram.clock.advance(31)
        assert ann.draft() is None

    async def test_a_message_ends_the_draft(self, bot, ann):
        await bot.send_message_draft(ann.id, 7)
        assert ann.draft() == ""
        await bot.send_message(ann.id, "The end")
        assert ann.draft() is None

    async def test_refuses_groups_and_zero(self, bot, ann, group):
        with pytest.raises(BadRequest, match=r"(?i)textdraft_peer_invalid"):
            await bot.send_message_draft(group.id, 7, "x")
        with pytest.raises(BadRequest):
            await bot.send_message_draft(ann.id, 0, "x")

    async def test_action(self, bot, telegram, ann):
        await bot.send_chat_action(ann.id, "typing")
        assert ann.sees_action() == "typing"
        telegram.clock.advance(6)
        assert ann.sees_action() is None
        with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
            await bot.send_chat_action(ann.id, "dancing")


class TestAddress:
    @pytest.mark.parametrize(
        ("token", "words"),
        [("7000000001:" + "B" * 35, "Unauthorized"), ("nonsense", "invalid token specified")],
    )
    async def test_wrong_token(self, telegram, token, words):
        other = client(telegram, token)
        with pytest.raises(InvalidToken) as caught:
            await other.initialize()
        assert words in str(caught.value.__cause__)
        await other.shutdown()

    async def test_unknown_method(self, bot, telegram):
        with pytest.raises(TelegramError, match="sendNonsense"):
            await bot.do_api_request("sendNonsense")

    async def test_a_method_the_fake_lacks_fails_the_test(self, bot, telegram):
        if telegram.world.spec_skipped:
            pytest.skip(telegram.world.spec_skipped)
        with pytest.raises(TelegramError):
            await bot.send_dice(1)
        assert telegram.world.violations == ["sendDice: the fake does not know this method yet"]
        telegram.world.violations.clear()
