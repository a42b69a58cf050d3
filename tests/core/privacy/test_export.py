"""The copy that somebody may take: what is in it, whom it leaves out, and how it arrives."""

import csv
import io
import json
import time
from datetime import timedelta

from core.audit import service as audit
from core.db import UnitOfWork
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import Credits
from core.privacy.rules import PrivacyLimits
from core.schedule import service as schedule
from tests.core.privacy.leaving import merge_now, settled, taken, unzip, wallets
from tests.databases import AnyDatabase
from tests.household import NOON, Household, Person, text_of


class TestExport:
    async def test_has_every_part_as_json_and_csv_with_the_same_rows(self, mara: Person) -> None:
        await settled(mara)
        files = await taken(mara)
        names = [export.name for export in mara.house.catalog.exports]
        assert set(files) == {"README.txt"} | {f"{name}.{kind}" for name in names for kind in ("json", "csv")}
        for name in names:
            rows = json.loads(files[f"{name}.json"])
            assert len(list(csv.DictReader(io.StringIO(files[f"{name}.csv"])))) == len(rows)

    async def test_holds_what_the_member_did(self, mara: Person) -> None:
        await settled(mara)
        files = await taken(mara)
        assert "baking by Marabella Quint" in files["profile.json"]
        assert "771234500001" in files["profile.json"]
        entries = [row for row in json.loads(files["ledger.json"]) if row["table"] == "entry"]
        assert sum(row["amount"] for row in entries if row["unit"] == "CREDIT") == 300
        assert {row["code"] for row in entries} == {"daily_visit", "demo_grant"}

    async def test_leaves_other_people_out(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        await mara.insists("gift", to=bob.identity, amount=150, note="for the thumbnails")
        await bob.insists("gift", to=mara.identity, amount=120, note="back to you")
        await mara.does("gift", to=bob.identity, amount=110)  # a question that stays open
        await mara.house.pass_time()
        files = await taken(mara)
        gifts = json.loads(files["gifts.json"])
        assert [(row["direction"], row["amount"]) for row in gifts] == [("given", 150), ("received", 120)]
        everything = "\n".join(files.values())
        assert "Bob" not in everything
        assert bob.identity.user_id not in everything
        assert f"member:{await bob.id()}" not in everything
        assert "somebody" in files["announcements.json"]

    async def test_includes_what_was_merged_in(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        tele = house.person("mq", "telegram", "42424242")
        await settled(tele)
        gone = await tele.member()
        await house.react(lambda uow: merge_now(uow, mara, tele))
        files = await taken(mara)
        assert "42424242" in files["profile.json"]
        entries = [row for row in json.loads(files["ledger.json"]) if row["table"] == "entry"]
        # Issued twice, moved out once and in once.
        assert sum(row["amount"] for row in entries if row["unit"] == "CREDIT") == 600
        assert await wallets(tele, gone) == (0, 0)

    async def test_a_formula_is_text_in_a_spreadsheet(self, mara: Person) -> None:
        await mara.does("start")
        me = await mara.id()
        await mara.house.do(lambda uow: members.tell(uow, me, "niche", "=HYPERLINK(1)", NOON))
        files = await taken(mara)
        assert "'=HYPERLINK(1)" in files["profile.csv"]
        assert '"=HYPERLINK(1)"' in files["profile.json"]

    async def test_goes_behind_a_link_when_it_is_too_large(self, database: AnyDatabase) -> None:
        house = Household(database, privacy=PrivacyLimits(export_inline_mb=1))
        mara = house.person("Mara")
        await mara.does("start")
        me = await mara.id()
        noise = [audit.GENESIS, *(f"{i * 2654435761 % 2**64:x}" for i in range(120_000))]
        await house.do(lambda uow: members.tell(uow, me, "noise", "".join(noise), NOON))
        reply = await mara.does("privacy", "export")
        ((url, (content, hours)),) = house.drawer.kept.items()
        assert hours == 24
        assert url in text_of(reply)
        assert len(content) > 1_000_000
        assert "noise" in unzip(content)["profile.json"]

    async def test_is_in_the_audit_log_without_names(self, mara: Person) -> None:
        await taken(mara)
        (entry,) = await mara.house.database.read(lambda uow: audit.newest(uow, most=1))
        assert (entry.act, entry.actor, entry.subject) == ("privacy.export", 1, "member:1")

    async def test_a_crash_in_between_is_resumed(self, mara: Person) -> None:
        house = mara.house
        await mara.does("start")
        member = await mara.member()
        payload = {
            "command": "privacy export", "values": {}, "member": member.id, "hold": None, "trace": "t",
            "at": NOON.isoformat(),
            "place": {"platform": "discord", "channel": "x", "space": "", "private": True},
        }  # fmt: skip
        await house.do(lambda uow: schedule.plan(uow, "errand", "crashed", NOON, payload))
        await house.pass_time(timedelta(minutes=1))
        assert any("Everything I hold on you" in text for text in house.postbox.to(mara))

    async def test_ten_thousand_rows_take_well_under_a_minute(self, mara: Person) -> None:
        await mara.does("start")
        member = await mara.member()

        def fill(uow: UnitOfWork) -> None:
            for i in range(5_000):
                why = Why(Code.DEMO_GRANT, f"many:{i}", NOON)
                ledger.grant(uow, member.credit_wallet, Credits(1), why, source=LotSource.BOUGHT)

        await mara.house.do(fill)
        began = time.monotonic()
        files = await taken(mara)
        assert time.monotonic() - began < 20
        assert len(json.loads(files["ledger.json"])) > 10_000


class TestSweep:
    async def test_lets_the_vault_look_every_hour(self, house):
        await house.runner.plan_recurring()
        await house.pass_time()
        assert house.drawer.sweeps == 1
        await house.pass_time(timedelta(minutes=59))
        assert house.drawer.sweeps == 1
        await house.pass_time(timedelta(minutes=1))
        assert house.drawer.sweeps == 2
