"""Structured logs: member ids are hashed and message text is dropped before a line is written."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from structlog.typing import Processor

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

PERSONAL = frozenset({"member", "identity", "actor", "subject"})
TEXT = frozenset({"text", "message_text"})


def configure(level: Level, fmt: Format, *, salt: bytes) -> None:
    """Send our logs and those of libraries to stderr, each through `redact`."""
    # structlog takes as long to import as our whole configuration, so reports and migrations go without.
    import structlog

    least = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact(salt),
        # A plain trace: the pretty ones print local variables, and message text is one of them.
        structlog.processors.format_exc_info,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(default=str)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else line
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    # Below a warning, libraries log whole payloads, which are somebody's words.
    logging.basicConfig(handlers=[handler], level=max(least, logging.WARNING), force=True)


def line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """A line for people without colours: when, how grave, what, the rest by name, and a trace below it.

    Each command writes one, and structlog's own way to lay it out costs as much as the command's parsing.
    """
    when, level, what = event.pop("timestamp", ""), event.pop("level", ""), event.pop("event", "")
    trace = event.pop("exception", None)
    words = [f"{when} [{level:<7}] {what}", *(f"{name}={value}" for name, value in event.items())]
    return " ".join(words) + (f"\n{trace}" if trace is not None else "")


def redact(salt: bytes) -> "Processor":
    """A processor that replaces member ids by keyed hashes and drops message text, at any depth."""
    key = blake2s(salt).digest()  # the key of blake2s ends at 32 bytes, a salt need not

    def clean(name: str, value: object) -> object:
        if isinstance(value, str) and not _is_personal(name):  # nearly everything
            return value
        if isinstance(value, Mapping):
            return {inner: clean(str(inner), item) for inner, item in value.items() if inner not in TEXT}
        if isinstance(value, (list, tuple)):
            return [clean(name, item) for item in value]
        if value is not None and _is_personal(name):
            return blake2s(str(value).encode(), key=key, digest_size=8).hexdigest()
        return value

    def process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: clean(name, value) for name, value in event.items() if name not in TEXT}

    return process


@lru_cache(maxsize=512)  # each line asks it for the same names
def _is_personal(name: str) -> bool:
    return name in PERSONAL or name.endswith(("_member", "member_id"))
