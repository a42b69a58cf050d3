"""Who asks: from near or from the world, a person or a machine that looks ahead."""

import re
from ipaddress import ip_address

from aiohttp import web

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
# Messengers look at a link before anybody follows it, and so do searchers, scanners and scripts.
MACHINES = re.compile(
    r"(?<!cu)bot\b|bot/|crawl|spider|slurp|preview|prefetch|scan|monitor|facebookexternalhit|whatsapp|skype|embedly"
    r"|headless|curl|wget|python|aiohttp|httpx|okhttp|go-http|java/|axios|libwww",
    re.IGNORECASE,
)


def is_near(request: web.Request) -> bool:
    """Whether it was asked from this machine or its network, and not through a proxy for somebody else."""
    return _is_private(request.remote) and not any(name in request.headers for name in FORWARDED)


def address(request: web.Request) -> str:
    """The address that asks; behind a proxy of ours the one that the proxy saw."""
    told = request.headers.getall("X-Forwarded-For", ())
    if told and _is_private(request.remote):
        # The last one is what our own proxy added, to the line that was there or in one of its own; those before it are
        # whatever the visitor wrote.
        return told[-1].rpartition(",")[2].strip()
    return request.remote or ""


def is_visit(request: web.Request) -> bool:
    """Whether somebody follows a link, or a machine only looks where it leads."""
    ahead = {"prefetch", "prerender", "preview"}
    purpose = " ".join(
        request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    ).lower()
    agent = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and not any(word in purpose for word in ahead)
        and agent != ""
        and MACHINES.search(agent) is None
    )


def _is_private(remote: str | None) -> bool:
    try:
        where = ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    return where.is_loopback or where.is_private
