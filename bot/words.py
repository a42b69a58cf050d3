"""How addresses and causes are shown to an operator: one line, without passwords."""

REASON_MAX = 160


def shown(url: str) -> str:
    """A database URL without who connects: a password may stand there."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def reason(error: BaseException) -> str:
    """What a driver or the system said, down to its first cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0][:REASON_MAX]
