"""One person, two platforms: the code is typed here."""


class TestCode:
    async def test_from_elsewhere_is_given_back_here(self, stage, ann):
        known = await self._code(stage)
        ann.says(f"/link {known}")
        await ann.waits_for("Yes")
        ann.presses("Yes")
        await ann.waits_for("is asked to agree too")

    async def test_from_here_can_be_copied(self, stage, ann):
        ann.says("/link")
        shown = await ann.waits_for("Your code")
        code = next(entity for entity in shown.entities if entity["type"] == "code")
        assert code["length"] == 6
        ann.presses("Forget this code")
        await ann.waits_for(lambda person: len(person.sees()) == 2)

    async def test_that_is_wrong(self, stage, ann):
        ann.says("/link 222222")
        await ann.waits_for(lambda person: person.sees() and "code" in person.last().text)

    async def _code(self, stage):
        from core.chat import Code, Invocation, Place, Reply, Text
        from core.dispatch import Dispatcher
        from core.people import Actor, Identity

        elsewhere = Invocation(
            ("link",), {}, Actor(Identity("discord", "1"), "Ann"), Place("discord", "1"), "discord:1", stage.clock.now()
        )
        reply = await Dispatcher(stage.desk).handle(elsewhere)
        assert isinstance(reply, Reply)
        spans = next(block.content for block in reply.message.blocks if isinstance(block, Text))
        return next(span.text for span in spans if isinstance(span, Code))
