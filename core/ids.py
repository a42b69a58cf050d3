"""Identifiers: what they are made of and why they look as they do."""

import random
import secrets
from typing import NewType

MemberId = NewType("MemberId", int)
AccountId = NewType("AccountId", str)
LotId = NewType("LotId", int)
HoldId = NewType("HoldId", int)
TransferId = NewType("TransferId", int)
CaseId = NewType("CaseId", int)
Token = NewType("Token", str)

# Without 0/O, 1/I/L: these are read aloud to support and typed from one phone into another.
_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

ROW_DIGITS_MAX = 18
"""Digits of a row's number as somebody types it: any number of so many fits into 64 bits."""


def is_row_number(text: str) -> bool:
    """Whether something is plain digits, few enough for the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= ROW_DIGITS_MAX


def new_token() -> Token:
    """12 url-safe characters (72 bits): fits Telegram's 64 bytes, Discord's 100 characters and a deep link."""
    return Token(secrets.token_urlsafe(9))


def new_code(length: int = 6) -> str:
    """A short code that people type, for linking (6) or as an error's reference (4)."""
    # One draw for all of it: each asks the system.
    rest, code = secrets.randbelow(len(_READABLE) ** length), ""
    for _ in range(length):
        rest, place = divmod(rest, len(_READABLE))
        code += _READABLE[place]
    return code


_traces = random.Random()
"""A trace opens nothing, and to ask the system takes as long as two statements."""


def new_trace() -> str:
    """What ties the log lines of one interaction together: 8 characters of those that are read aloud."""
    return "".join(_traces.choices(_READABLE, k=8))
