"""What stops this adapter, in words for the operator."""

from typing import ClassVar

from core.errors import TandemError


class TokenRefused(TandemError):
    """Trying again does not help."""

    words: ClassVar[str] = "Telegram refuses the bot's token. Put the one from @BotFather into TANDEM__TELEGRAM__TOKEN."
