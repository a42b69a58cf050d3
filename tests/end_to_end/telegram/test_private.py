"""One person and the bot."""


class TestStart:
    async def test_says_hello(self, stage, ann):
        ann.starts()
        shown = await ann.waits_for("Hi Ann")
        assert "Take today's coins" in str(shown.buttons)

    async def test_the_menu_has_what_everybody_may_use(self, stage, ann):
        names = [name for name, _ in ann.menu()]
        assert {"start", "help", "daily", "gift", "settings", "settings_zone", "link", "privacy_export"} <= set(names)
        assert not any(name.startswith("admin") for name in names)


class TestCommand:
    async def test_is_answered(self, stage, ann):
        ann.says("/daily")
        await ann.waits_for("+10 coins")

    async def test_of_a_button(self, stage, ann):
        ann.starts()
        await ann.waits_for("Hi Ann")
        ann.presses("Take today's coins")
        await ann.waits_for("+10 coins")
        assert "Hi Ann" in ann.texts()[0]


class TestForm:
    async def test_step_by_step(self, stage, ann, bob):
        ann.says("/profile_basics")
        await ann.waits_for("Instagram")
        ann.presses("Instagram")
        asked = await ann.waits_for(lambda p: p.last() if p.last().forces_reply else None)
        ann.replies_to(asked, "12000")
        await ann.waits_for("iche")
        ann.says("slow travel")
        await ann.waits_for("Kept 3 lines")
