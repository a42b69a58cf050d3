"""The real client, pointed at the fake."""

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.fakes.telegram.fake import FakeTelegram


def client(telegram: FakeTelegram, token: str = "") -> Bot:
    """A client without certificates: loading those takes most of a test's time."""
    quick = {"verify": False}
    return Bot(
        token or telegram.token,
        base_url=telegram.api_url,
        base_file_url=telegram.file_url,
        request=HTTPXRequest(httpx_kwargs=quick),
        get_updates_request=HTTPXRequest(httpx_kwargs=quick),
    )
