"""Making HTML: whatever is text is escaped here and nowhere else."""

from html import escape


def text(words: object) -> str:
    """Text as it may stand between tags and in attributes."""
    return escape(str(words), quote=True)


def tag(name: str, kind: str, *inside: str, **attributes: object) -> str:
    """An element of a class, around what is HTML already."""
    more = "".join(f' {key.replace("_", "-")}="{text(value)}"' for key, value in attributes.items())
    given = f' class="{text(kind)}"' if kind else ""
    return f"<{name}{given}{more}>{''.join(inside)}</{name}>"


def box(kind: str, *inside: str, **attributes: object) -> str:
    """A block."""
    return tag("div", kind, *inside, **attributes)


def span(kind: str, *inside: str, **attributes: object) -> str:
    """Words in a line."""
    return tag("span", kind, *inside, **attributes)
