"""What the moderation room refuses."""

from typing import ClassVar

from core.errors import InvalidField, TandemError


class RoleAbove(TandemError):
    """Roles are given and taken from above: admins are made by owners alone."""

    words: ClassVar[str] = "Only an owner can give or take the role {role}. Ask one of them."

    role: str


class OwnRole(TandemError):
    """Nobody decides a case of their own."""

    words: ClassVar[str] = "Nobody changes a role of their own. Ask another admin, or an owner."


class NoSpaceHere(InvalidField):
    """Only in this space, asked where there is none: it must not become a role for the whole service."""
