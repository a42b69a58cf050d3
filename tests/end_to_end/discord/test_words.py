"""What is shown: long texts, markup in what people write, everyone."""

import pytest


class TestLength:
    @pytest.mark.parametrize(("length", "messages"), [(2001, 1), (4000, 1), (4001, 2), (9000, 3)])
    async def test_long_text_goes_on_in_the_next_message(self, studio, ann, length, messages):
        done = await ann.runs("/fill", length=length)
        await studio.until(lambda: len(ann.sees()) == messages)
        assert ann.screen.count("x") == length
        assert all(message.ephemeral for message in ann.sees())
        assert done.text


class TestMarkup:
    @pytest.mark.parametrize(
        "text",
        ["**bold** _it_ ~~no~~ ||spoiler||", "# big", "> quoted", "- a\n- b", "1. one", "[here](https://evil.example)"],
    )
    async def test_of_people_stays_letters(self, studio, ann, text):
        done = await ann.runs("/say", text=text)
        shown = done.text
        assert "\\" in shown
        assert shown.replace("\\", "") == text.replace("\\", "")

    async def test_everyone_is_nobody(self, studio, ann, bob):
        await ann.runs("/shout", text=f"@everyone @here {bob.mention}")
        assert "@everyone" not in bob.screen
        assert f"\\{bob.mention}" in bob.screen
        assert bob.latest.mentions == []
        sent = studio.fake.calls("POST", "/interactions/{interaction_id}/{interaction_token}/callback")[-1]
        assert sent.json()["data"]["allowed_mentions"] == {"parse": []}

    async def test_names_are_letters(self, studio, ann, bob):
        bob.user.name = "**[b](https://evil.example)** @everyone"
        await studio.rich(ann)
        done = await ann.runs("/gift", to=bob, amount=5)
        assert "@everyone" not in done.text
        assert "https://evil.example" not in done.text or "\\[b\\]" in done.text
        assert "Sent 5" in done.text
