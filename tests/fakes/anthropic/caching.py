"""The prefix cache: hashes of everything up to a breakpoint, as the vendor's page on prompt caching describes it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from tests.fakes.anthropic import tokens

LOOKBACK = 20
"""Blocks before a breakpoint (itself included) at which an earlier write is found."""
LIFE = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}

Json = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """One block of the prompt in cache order: its hash covers all before it."""

    digest: str
    upto: int
    """Tokens of everything up to its end."""
    ttl: str | None
    """Set on a breakpoint."""


@dataclass
class Entry:
    """What was written at a breakpoint."""

    ttl: str
    until: datetime


@dataclass(frozen=True)
class Counted:
    """A prompt's input by class."""

    input: int
    write_5m: int
    write_1h: int
    read: int

    @property
    def total(self) -> int:
        return self.input + self.write_5m + self.write_1h + self.read


def blocks(body: Json) -> list[Block]:
    """Tools, then system, then messages; what reshapes the messages alone is mixed in before them."""
    head = hashlib.sha256(body["model"].encode())
    found: list[Block] = []
    upto = 0

    def add(block: Json, role: str) -> None:
        nonlocal upto
        bare = {name: value for name, value in block.items() if name != "cache_control"}
        head.update(json.dumps([role, bare], sort_keys=True).encode())
        upto += tokens.of_block(block)
        mark = block.get("cache_control")
        found.append(Block(head.hexdigest(), upto, mark.get("ttl", "5m") if mark else None))

    for tool in body.get("tools", []):
        add(tool, "tool")
    system = body.get("system", [])
    for block in [{"type": "text", "text": system}] if isinstance(system, str) else system:
        add(block, "system")
    shape = [body.get(name) for name in ("thinking", "tool_choice")]
    head.update(json.dumps([*shape, body.get("output_config", {}).get("effort")], sort_keys=True).encode())
    for message in body["messages"]:
        for block in content_of(message):
            add(block, message["role"])
    return found


def content_of(message: Json) -> list[Json]:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


class Cache:
    """One organisation's cache."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, Entry] = {}

    def use(self, body: Json, least: int) -> Counted:
        """Read what is there, write at the breakpoints, and say what each part costs."""
        chain = blocks(body)
        total = chain[-1].upto if chain else 0
        marks = [place for place, block in enumerate(chain) if block.ttl]
        hit = self._longest(chain, marks)
        read = chain[hit].upto if hit is not None else 0
        written = {"5m": 0, "1h": 0}
        done = read
        for place in marks:
            block = chain[place]
            if block.ttl is None or block.upto < least:
                continue
            if block.upto > done:
                written[block.ttl] += block.upto - done
                done = block.upto
            self._keep(block)
        return Counted(total - done, written["5m"], written["1h"], read)

    def _longest(self, chain: list[Block], marks: list[int]) -> int | None:
        found = None
        for mark in marks:
            for place in range(mark, max(-1, mark - LOOKBACK), -1):
                if self._alive(chain[place].digest):
                    found = place if found is None else max(found, place)
                    break
        if found is not None:
            entry = self._entries[chain[found].digest]
            entry.until = self._clock.now() + LIFE[entry.ttl]  # a use refreshes it
        return found

    def _alive(self, digest: str) -> bool:
        entry = self._entries.get(digest)
        return entry is not None and entry.until > self._clock.now()

    def _keep(self, block: Block) -> None:
        assert block.ttl is not None
        until = self._clock.now() + LIFE[block.ttl]
        before = self._entries.get(block.digest)
        if before is None or before.until < until:
            self._entries[block.digest] = Entry(block.ttl, until)
