"""What members are told about their accounts without asking."""

from datetime import datetime

from core.chat import Button, Message, Notice, Tone, said
from core.db import UnitOfWork
from core.metrics import service
from core.metrics.reactions import label
from core.metrics.repository import MetricAccount
from core.outbox import service as outbox
from core.sources import Loss

ACCOUNTS = Notice("metrics", "Your connected accounts", counted=False)
SHOW = Button("Connected accounts", ("connect", "show"))
AGAIN = Button("Connect again", ("connect", "show"))


def lost(uow: UnitOfWork, account: MetricAccount, at: datetime) -> None:
    """An account can not be read any more, and what brings it back."""
    outbox.announce(uow, account.member, ACCOUNTS, _lost(account), key=service.lost_notice(account), at=at)


def _lost(account: MetricAccount) -> Message:
    name, loss = label(account), account.loss
    match loss:
        case Loss.HIDDEN:
            words = f"{name} does not show itself to me any more.", "Make it public again and I go on by myself."
        case Loss.GONE:
            words = f"I can not find {name} any more.", "If it is there under another name, connect it again."
        case Loss.REVOKED:
            words = f"My permission to read {name} was taken back.", "Connect it again to go on."
        case Loss.EXPIRED:
            words = f"My permission to read {name} ran out. You did nothing wrong.", "Connect it again to go on."
        case _:
            words = f"{name} was connected by another member, after I could not read it for long.", "Is it yours?"
    return said(*words, "Until then nothing can be measured there.", tone=Tone.WARNING, buttons=(AGAIN,))


def back(uow: UnitOfWork, account: MetricAccount, at: datetime) -> None:
    """An account that was lost can be read again."""
    message = said(f"{label(account)} can be read again.", tone=Tone.SUCCESS, buttons=(SHOW,))
    outbox.announce(uow, account.member, ACCOUNTS, message, key=f"metric-back:{account.id}:{at.isoformat()}", at=at)
