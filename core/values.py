"""The standard dataclass, declared faster: some 300 of them stand between a command line and its first prompt.

`from core.values import dataclass` reads, types and behaves as `from dataclasses import dataclass` does, but for one
thing: that a frozen one does not change is proven by mypy, and no longer refused while running. For each frozen class
the standard decorator compiles six methods; here only the constructor is compiled, without the detour by which a frozen
one assigns, and comparing, hashing and showing are the same few lines for all (`core/decisions/0013-values.md`).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass

    __all__ = ["dataclass"]
else:
    import dataclasses
    from collections.abc import Callable
    from operator import attrgetter
    from typing import Any

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, order: bool = False, **options: bool
    ) -> Any:
        """`dataclasses.dataclass`; the module says what differs."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, eq=eq, order=order, **options)
        if not frozen or not eq or order:
            return dataclasses.dataclass(cls, frozen=frozen, eq=eq, order=order, **options)
        written = vars(cls).keys()
        made = dataclasses.dataclass(cls, eq=False, repr=False, **options)
        methods = _methods(made)
        for name in methods.keys() - written:
            setattr(made, name, methods[name])
        return made

    def _methods(cls: type) -> dict[str, Callable[..., Any]]:
        names = [field.name for field in dataclasses.fields(cls) if field.compare]
        values = attrgetter(*names) if names else lambda _: ()

        def equal(self: Any, other: object) -> Any:
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        return {"__eq__": equal, "__hash__": lambda self: hash(values(self)), "__repr__": _shown}

    def _shown(self: Any) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"
