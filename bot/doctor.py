"""`tandem doctor`: checks what a start needs, and names the fix for each thing that is wrong."""

import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import migrate, wiring
from bot.findings import Finding
from bot.settings import Settings
from bot.words import reason
from core.clock import SystemClock
from core.db import Database
from core.errors import DatabaseBusy
from core.metrics.errors import UnusableKeys
from core.metrics.sealing import Keys
from core.operations import marks

SQLITE_LEAST = (3, 35, 0)
"""RETURNING came with SQLite 3.35: https://www.sqlite.org/lang_returning.html"""
CLOCK_OFF_MAX = timedelta(minutes=2)
"""Platforms' signatures and leases stop working when clocks differ by more."""


async def run(settings: Settings) -> int:
    """Print every finding; 1 if something needs fixing."""
    wrong = 0
    async for finding in findings(settings):
        sign = "fix" if finding.fix else "ok "
        print(f"{sign}  {finding.what}: {finding.said}" + (f"\n     {finding.fix}" if finding.fix else ""))
        wrong += bool(finding.fix)
    print("Everything is ready." if not wrong else f"{wrong} to fix.")
    return 1 if wrong else 0


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that was looked at, in the order in which one stands on the other."""
    for check in (_machine, _files, _database, _people, _secrets, _keys, _model, _tokens, _sources):
        for finding in await check(settings):
            yield finding


async def _machine(settings: Settings) -> list[Finding]:
    found = [Finding("Python", ".".join(map(str, sys.version_info[:3])))]
    if sqlite3.sqlite_version_info < SQLITE_LEAST:
        fix = "Install a Python whose SQLite is 3.35 or newer, or use PostgreSQL ([database] url)."
        found.append(Finding("SQLite", sqlite3.sqlite_version, fix))
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        found.append(Finding("time zones", "no data", "Run make again: the package tzdata is missing."))
    return found


async def _files(settings: Settings) -> list[Finding]:
    found = []
    folder = wiring.data_folder(settings.database)
    near = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not near.is_dir():
        fix = "Set [database] url to a file in a folder, or move this file away."
        found.append(Finding("data folder", f"{near} is a file", fix))
    elif not os.access(near, os.W_OK | os.X_OK):
        fix = f"Give this user the folder: chown -R $USER {near}"
        found.append(Finding("data folder", f"{folder} can not be written", fix))
    secrets = Path(".env")
    if secrets.exists() and secrets.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        found.append(Finding(".env", "others on this machine can read it", "Run: chmod 600 .env"))
    return found or [Finding("files", "folders and permissions are right")]


async def _database(settings: Settings) -> list[Finding]:
    url = settings.database.url
    exists = not url.startswith(wiring.SQLITE) or Path(url.removeprefix(wiring.SQLITE)).exists()
    if not exists:
        return [Finding("database", "not made yet; the first start makes it")]
    try:
        if migrate.current(url) is None:
            return [Finding("database", "empty; the first start fills it")]
        if not migrate.is_current(url):
            return [Finding("database", "its schema is older than the program", "Run: tandem migrate")]
        async with wiring.make_database(settings.database) as database:
            return await _inside(database)
    except migrate.NewerSchema:
        fix = "Install the newer version, or set [database] url to another database."
        return [Finding("database", "its schema is newer than the program", fix)]
    except DatabaseBusy as error:
        fix = "Stop whatever holds it, or look at [database] url; a PostgreSQL server has to be running."
        return [Finding("database", f"it is locked or away: {reason(error)}", fix)]
    except Exception as error:  # noqa: BLE001  whatever a driver raises, an operator wants one line
        return [Finding("database", f"can not be opened: {reason(error)}", "Look at [database] url and the server.")]


async def _inside(database: Database) -> list[Finding]:
    now = SystemClock().now()
    # In a writing transaction that writes nothing: it shows a lock, and decides nothing about the database.
    is_demo, ahead = await database.write(lambda uow: (marks.is_demo(uow), marks.seconds_ahead(uow, now)))
    found = [Finding("database", "reachable, writable, newest schema" + (", a demo" if is_demo else ""))]
    if ahead > CLOCK_OFF_MAX.total_seconds() and not is_demo:
        words = f"the database holds events {timedelta(seconds=round(ahead))} in this machine's future"
        found.append(Finding("clock", words, "Set this machine's clock; turn on time synchronisation."))
    else:
        found.append(Finding("clock", f"{now:%Y-%m-%d %H:%M} UTC"))
    return found


async def _people(settings: Settings) -> list[Finding]:
    if settings.operator.owners:
        return [Finding("owners", ", ".join(settings.operator.owners))]
    fix = 'Name yourself in config.toml: [operator] owners = ["discord:YOUR_ID"], or telegram:YOUR_ID.'
    return [Finding("owners", "nobody owns this service, so nobody can use /admin", fix)]


async def _secrets(settings: Settings) -> list[Finding]:
    if len(settings.web.secret.get_secret_value()) >= 32:
        return [Finding("web secret", "set")]
    fix = "Put TANDEM__WEB__SECRET into .env: 32 or more random characters, for example from: openssl rand -hex 32"
    return [Finding("web secret", "missing or short; signed links need it", fix)]


async def _keys(settings: Settings) -> list[Finding]:
    try:
        count = Keys(settings.metrics.keys).check()
    except UnusableKeys as error:
        return [Finding("metric keys", "one of them is no key", error.text)]
    if count:
        return [Finding("metric keys", f"{count} set; the first encrypts")]
    said = "none, so accounts are connected by a code and not by signing in (TANDEM__METRICS__KEYS, see .env.example)"
    return [Finding("metric keys", said)]


async def _model(settings: Settings) -> list[Finding]:
    """Which models answer, and whether each that may be called has a price; without one nothing starts."""
    models = settings.assistant
    try:
        wiring.require_prices(settings, SystemClock().now())
    except wiring.Unpriced as error:
        return [Finding("language model", "nothing starts with one that has no price", error.text)]
    if not settings.anthropic.key.get_secret_value():
        said = "no key, so answers are scripted and say so (TANDEM__ANTHROPIC__KEY, see .env.example)"
        return [Finding("language model", said)]
    return [Finding("language model", f"{models.model}; {models.small_model} where service is reduced")]


async def _tokens(settings: Settings) -> list[Finding]:
    from bot import tokens

    found = [await tokens.discord(settings.discord), await tokens.telegram(settings.telegram)]
    if not (settings.discord.enabled or settings.telegram.enabled):
        fix = "Turn one on in config.toml: [discord] enabled = true, or [telegram]. The local chat needs neither."
        found.append(Finding("platforms", "none is on, so tandem run has nobody to talk to", fix))
    return [finding for finding in found if finding is not None]


async def _sources(settings: Settings) -> list[Finding]:
    """Whether each that is on has what it needs; without that it is as if it were off."""
    found, tiktok, youtube = [], settings.tiktok, settings.youtube
    if tiktok.enabled and not (tiktok.client_key.get_secret_value() and tiktok.client_secret.get_secret_value()):
        fix = "Put TANDEM__TIKTOK__CLIENT_KEY and TANDEM__TIKTOK__CLIENT_SECRET into .env (developer portal, your app)."
        found.append(Finding("TikTok", "on, but there is no client key or no secret", fix))
    elif tiktok.enabled:
        found.append(Finding("TikTok", "on; members connect by signing in"))
    by_sign_in = [bool(secret.get_secret_value()) for secret in (youtube.client_id, youtube.client_secret)]
    if youtube.enabled and not youtube.api_key.get_secret_value():
        fix = "Put TANDEM__YOUTUBE__API_KEY into .env (Google Cloud console, Credentials)."
        found.append(Finding("YouTube", "on, but there is no API key", fix))
    elif youtube.enabled and any(by_sign_in) and not all(by_sign_in):
        fix = "Put both TANDEM__YOUTUBE__CLIENT_ID and TANDEM__YOUTUBE__CLIENT_SECRET into .env, or neither."
        found.append(Finding("YouTube", "half of an OAuth client, so nobody can sign in", fix))
    elif youtube.enabled:
        found.append(Finding("YouTube", f"on; members connect by {'signing in or ' if all(by_sign_in) else ''}a code"))
    return found
