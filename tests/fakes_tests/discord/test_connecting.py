"""How a client comes in, stays in and comes back."""


class TestLogin:
    async def test_reaches_ready(self, fake, echo, ann):
        assert echo.user.id == fake.world.application.id
        assert echo.guilds[0].name == "Studio"
