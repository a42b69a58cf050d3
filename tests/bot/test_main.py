"""The command line: what each command says, what it refuses, and that an operator's mistake is told in one line."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bot import migrate
from bot.__main__ import MISUSED, UNUSABLE, main
from tests.databases import Engine, SqliteEngine, path_of

ROOT = Path(__file__).parents[2]
STORY = "/start\n/daily\n/daily\n/wallet\n"
URL = "TANDEM__DATABASE__URL"
NOT_FOR_A_PROMPT = (
    "alembic", "discord", "telegram", "anthropic", "stripe", "PIL", "aiohttp", "apscheduler", "prometheus_client",
    "structlog", "rich",
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in, and nothing set but what a test sets."""
    for name in os.environ:
        if name.startswith("TANDEM__") or name == "TANDEM_CONFIG":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Path(tmp_path)


@pytest.fixture
def real(monkeypatch, engine: Engine) -> Iterator[str]:
    """A new database of each engine in turn, chosen by its variable."""
    url = engine.empty()
    monkeypatch.setenv(URL, url)
    yield url
    engine.drop(url)


def program(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """`tandem` as a process of its own, with lines coming through a pipe."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=environ,
        timeout=120,
        check=False,
    )


class Told:
    """One command, run here: its exit code and what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.code = main(list(arguments))
        self.out, self.error = capsys.readouterr()

    def does(self, *texts: str) -> None:
        """It worked, and says this."""
        assert (self.code, self.error) == (0, "")
        for said in texts:
            assert said in self.out

    def refuses(self, code: int, *texts: str) -> None:
        """It did not work, with one line on stderr that says this."""
        assert (self.code, self.out) == (code, "")
        assert self.error.startswith("tandem: ")
        assert self.error.count("\n") == 1
        for said in texts:
            assert said in self.error


@pytest.fixture
def tandem(capsys, monkeypatch):
    """`tandem(*arguments)`: runs the command line here, with nobody typing."""
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        yield lambda *arguments: Told(capsys, *arguments)


def alters(url: str, *statements: str) -> None:
    """Somebody with the database's own shell, behind everything that guards it."""
    engine = create_engine(migrate.sqlalchemy_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def unguards(url: str, table: str) -> str:
    if url.startswith("sqlite"):
        return f"DROP TRIGGER {table}_refuses_update"
    return f"ALTER TABLE {table} DISABLE TRIGGER USER"


class TestChat:
    def test_tells_the_story_of_a_first_day(self, real: str):
        told = program("chat", "--as", "creator", typed=STORY)
        assert (told.returncode, told.stderr) == (0, "")
        greeting, coins, refusal, balance = told.stdout.split("creator > /")[1:]
        assert "Hi creator." in greeting
        assert "+10 coins. Day 1." in coins
        assert "Today's coins are already yours." in refusal
        assert "10 coins: 10 earned" in balance
        proof = program("reconcile")
        assert proof.returncode == 0
        assert "COIN: system -10, wallet 10; together 0." in proof.stdout

    def test_a_name_that_can_not_be_one(self, tandem):
        tandem("chat", "--as", "two words").refuses(UNUSABLE, "letters, digits")

    def test_people_are_the_same_however_their_name_is_written(self, tandem):
        told = program("--demo", "chat", typed="/gift Mara 20 hi\n")
        assert "I have not met them" not in told.stdout
        assert "20 credits" in program("--demo", "chat", "--as", "MARA", typed="/wallet\n").stdout

    def test_imports_for_the_first_prompt_only_what_it_needs(self, sqlite_engine: SqliteEngine, monkeypatch):
        monkeypatch.setenv(URL, sqlite_engine.fresh())
        code = (
            "import sys; from bot.__main__ import main; assert main(['chat', '--as', 'x']) == 0; "
            f"sys.exit(', '.join(name for name in {NOT_FOR_A_PROMPT} if name in sys.modules))"
        )
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environ,
            check=False,
        )
        assert told.stderr.strip() == ""


class TestDemo:
    def test_the_first_chat_fills_it(self, folder: Path):
        told = program("--demo", "chat", typed="/wallet\n")
        assert "510 coins: 10 earned, 500 recharged" in told.stdout
        assert "3,000 credits: 2,000 allowance" in told.stdout
        assert (folder / "data" / "demo.db").is_file()
        assert not (folder / "data" / "tandem.db").exists()

    def test_twice_is_the_same(self, tandem):
        tandem("demo").does("Demo members: creator, mara, bob.")
        before = tandem("--demo", "reconcile").out
        tandem("demo").does("Demo members: creator, mara, bob.")
        assert tandem("--demo", "reconcile").out == before
        assert "The books hold." in before

    def test_never_fills_a_database_of_real_people(self, tandem, monkeypatch):
        tandem("migrate").does()
        tandem("tick").does()
        monkeypatch.setenv("TANDEM__DEMO__URL", "sqlite:///data/tandem.db")
        tandem("demo").refuses(UNUSABLE, "was not made as a demo")
        assert "0 transfers" in tandem("reconcile").out

    def test_enabled_in_the_settings_makes_a_new_database_one(self, tandem, monkeypatch):
        monkeypatch.setenv("TANDEM__DEMO__ENABLED", "true")
        tandem("tick", "--at", "2027-01-01").does("0 failed.")

    def test_enabled_later_makes_no_demo_of_a_real_one(self, tandem, monkeypatch):
        tandem("tick").does()
        monkeypatch.setenv("TANDEM__DEMO__ENABLED", "true")
        tandem("tick", "--at", "2027-01-01").refuses(UNUSABLE, "was not made as one")


class TestTimeTravel:
    def test_a_day_later_there_are_coins_again(self):
        assert "+10 coins. Day 1." in program("--demo", "chat", "--at", "2027-01-01", typed="/daily\n").stdout
        told = program("--demo", "chat", "--at", "2027-01-02T09:00+01:00", typed="/daily\n/daily\n").stdout
        assert "Day 2." in told
        assert "already yours" in told

    def test_tick_does_what_is_due_by_then(self, tandem):
        tandem("demo").does()
        assert "allowance (until" in program("--demo", "chat", typed="/wallet\n").stdout
        tandem("--demo", "tick", "--at", "2040-01-01").does(" done, 0 failed.")
        told = program("--demo", "chat", "--at", "2040-01-01", typed="/wallet\n").stdout
        assert "allowance (until" not in told
        tandem("--demo", "reconcile").does("The books hold.")

    @pytest.mark.parametrize("command", ["chat", "tick"])
    def test_is_refused_on_a_real_database(self, tandem, command: str, real: str):
        tandem("tick").does()
        tandem(command, "--at", "2027-01-01").refuses(UNUSABLE, f"Use: tandem --demo {command}")

    def test_decides_nothing_about_a_database_that_refuses_it(self, tandem, real: str):
        tandem("tick", "--at", "2027-01-01").refuses(UNUSABLE, "--at works on demo databases only")
        with create_engine(migrate.sqlalchemy_url(real), poolclass=NullPool).connect() as connection:
            counts = [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in ("mark", "due")]
        assert counts == [0, 0]

    @pytest.mark.parametrize("instant", ["tomorrow", "2027-13-01", ""])
    def test_an_instant_that_is_none(self, capsys, instant: str):
        with pytest.raises(SystemExit) as ended:
            main(["--demo", "tick", "--at", instant])
        assert ended.value.code == 2
        assert f"{instant} is not an instant; for example 2026-05-14T18:00" in capsys.readouterr().err

    @pytest.mark.parametrize("instant", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-10:00", "9999-12-31"])
    def test_an_instant_that_nothing_comes_after(self, capsys, instant: str):
        with pytest.raises(SystemExit) as ended:
            main(["--demo", "tick", "--at", instant])
        assert ended.value.code == 2
        assert f"{instant} is not allowed; an instant from 1971 to 2999" in capsys.readouterr().err


class TestReconcile:
    def test_of_a_new_database(self, tandem, real: str):
        tandem("reconcile").does("0 transfers, 0 audit entries.", "The books hold.")

    def test_names_the_invariant_that_an_altered_entry_breaks(self, tandem, real: str):
        program("chat", typed="/daily\n")
        alters(real, unguards(real, "entry"), "UPDATE entry SET amount = amount + 1 WHERE amount > 0")
        told = tandem("reconcile")
        assert told.code == 1
        assert "BROKEN: the entries of a transfer sum to zero in each unit" in told.out
        assert "BROKEN: a balance equals the sum of its entries" in told.out
        assert "holds: every transfer has entries" in told.out
        assert told.out.endswith("the books do not hold.\n")

    def test_names_the_invariant_that_an_altered_balance_breaks(self, tandem, real: str):
        program("chat", typed="/daily\n")
        alters(real, "UPDATE account SET balance = balance + 5 WHERE balance > 0")
        told = tandem("reconcile")
        assert told.code == 1
        assert "BROKEN: a balance equals the sum of its entries" in told.out
        assert "BROKEN: a wallet's balance equals what remains in its lots" in told.out
        assert "holds: the entries of a transfer sum to zero in each unit" in told.out

    def test_misses_a_transfer_that_went_as_a_whole(self, tandem, real: str):
        program("chat", typed="/daily\n")
        unguarded = [
            "DROP TRIGGER transfer_refuses_delete"
            if real.startswith("sqlite")
            else "SET session_replication_role = replica"
        ]
        alters(real, *unguarded, "DELETE FROM transfer WHERE id = (SELECT min(id) FROM transfer)")
        told = tandem("reconcile")
        assert told.code == 1
        assert "BROKEN: every entry belongs to a transfer, an account and its lot" in told.out


class TestAudit:
    def test_verifies(self, tandem, real: str):
        program("chat", typed="/privacy erase\ny\n/privacy stay\n")
        tandem("audit", "verify").does("2 entries, an unbroken chain.")

    def test_finds_what_was_altered(self, tandem, real: str):
        program("chat", typed="/privacy erase\ny\n/privacy stay\n")
        alters(real, unguards(real, "audit_entry"), "UPDATE audit_entry SET act = 'nothing' WHERE id = 1")
        told = tandem("audit", "verify")
        assert (told.code, told.out) == (1, "Broken at entry 1.\n")
        assert "BROKEN: the audit log is an unbroken chain" in tandem("reconcile").out


class TestRun:
    def test_needs_a_secret(self, tandem, folder: Path):
        tandem("run").refuses(UNUSABLE, "TANDEM__WEB__SECRET", ".env")
        assert list(folder.iterdir()) == []

    def test_refuses_a_demo(self, tandem, monkeypatch):
        monkeypatch.setenv("TANDEM__WEB__SECRET", "s" * 32)
        tandem("demo").does()
        tandem("--demo", "run").refuses(UNUSABLE, "This is a demo database")
        monkeypatch.setenv(URL, "sqlite:///data/demo.db")
        tandem("run").refuses(UNUSABLE, "This is a demo database")


class TestMigrate:
    def test_makes_a_database_once(self, tandem, real: str):
        tandem("migrate").does("has the newest schema.")
        tandem("migrate").does("has the newest schema.")
        assert migrate.is_current(real)

    @pytest.mark.parametrize("name", ["a%20b.db", "x.db?mode=ro"])
    def test_makes_the_file_that_is_named(self, tandem, folder: Path, monkeypatch, name: str):
        monkeypatch.setenv(URL, f"sqlite:///data/{name}")
        tandem("reconcile").does("The books hold.")
        assert [path.name for path in (folder / "data").iterdir()] == [name]

    def test_says_of_an_address_that_is_none(self, tandem, monkeypatch):
        monkeypatch.setenv(URL, "postgresql://home:port/x")
        tandem("migrate").refuses(UNUSABLE, "postgresql://home:port/x", "'port'")

    def test_brings_an_old_one_up(self, tandem, real: str):
        migrate.upgrade(real)
        migrate.downgrade(real, "-1")
        tandem("migrate").does()
        assert migrate.is_current(real)

    @pytest.mark.parametrize(
        "url", ["postgresql://tandem:secret-word@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?password=secret-word"]
    )
    def test_shows_no_password(self, tandem, monkeypatch, url: str):
        monkeypatch.setenv(URL, url)
        told = tandem("migrate")
        told.refuses(UNUSABLE, "postgresql://127.0.0.1:1/x")
        assert "secret-word" not in told.error

    def test_leaves_a_newer_one_alone(self, tandem, real: str):
        migrate.upgrade(real)
        alters(real, "UPDATE alembic_version SET version_num = 'from_the_future'")
        for command in ("migrate", "reconcile", "chat"):
            tandem(command).refuses(UNUSABLE, "from_the_future", "Install a newer one")


class TestSettings:
    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("[database]\nurll = 'x'\n", "[database] urll is not a setting; did you mean url?"),
            ("[web]\nport = 99999\n", "[web] port = 99999 is not allowed"),
            ("[web\n", "line 1"),
            ("[web]\nport = \n", "line 2"),
        ],
    )
    def test_what_is_wrong_in_the_file(self, tandem, folder: Path, written: str, said: str):
        (folder / "config.toml").write_text(written)
        tandem("chat").refuses(MISUSED, "config.toml: ", said)
        assert [path.name for path in folder.iterdir()] == ["config.toml"]

    def test_what_is_wrong_in_a_variable(self, tandem, monkeypatch):
        monkeypatch.setenv(URL, "mysql://localhost/x")
        tandem("chat").refuses(MISUSED, URL, "sqlite:///path or postgresql://user@host/name")

    def test_a_model_without_a_price_is_told_to_who_can_give_it_one(self, tandem, folder: Path):
        (folder / "config.toml").write_text("[assistant]\nmodel = 'claude-next'\n")
        tandem("--demo", "chat").refuses(UNUSABLE, "claude-next has no price", "[models] prices")

    def test_a_file_that_is_not_there(self, tandem):
        tandem("--config", "other.toml", "chat").refuses(MISUSED, "--config names other.toml, which is not a file")


class TestDatabaseAway:
    @pytest.mark.parametrize("command", ["chat", "tick", "reconcile", "migrate"])
    def test_nobody_listens(self, tandem, monkeypatch, unused_tcp_port, command: str):
        monkeypatch.setenv(URL, f"postgresql://127.0.0.1:{unused_tcp_port}/tandem")
        tandem(command).refuses(UNUSABLE, "nothing was changed. Try again in a minute.", "Connection refused")

    @pytest.mark.parametrize("command", ["chat", "tick", "migrate"])
    def test_another_program_holds_the_file(self, tandem, monkeypatch, sqlite_engine: SqliteEngine, command: str):
        url = sqlite_engine.empty()
        monkeypatch.setenv(URL, url)
        monkeypatch.setenv("TANDEM__DATABASE__BUSY_TIMEOUT_MS", "1")
        tandem("tick").does()
        other = sqlite3.connect(path_of(url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        if command == "migrate":  # it only looks, and whoever looks waits for nobody
            tandem(command).does()
        else:
            tandem(command).refuses(UNUSABLE, "Try again in a minute.", "database is locked")
        other.close()
        tandem(command).does()

    def test_no_database_at_all(self, tandem, folder: Path, monkeypatch):
        (folder / "diary.txt").write_text("Dear diary, today I was taken for a database.")
        monkeypatch.setenv(URL, "sqlite:///diary.txt")
        tandem("chat").refuses(UNUSABLE, "file is not a database")

    def test_a_folder_that_can_not_be_made(self, tandem, folder: Path):
        (folder / "data").touch()
        tandem("chat").refuses(UNUSABLE, "data")


class TestDoctor:
    def test_exits_with_1_while_something_is_to_fix(self, tandem):
        told = tandem("doctor")
        assert (told.code, told.error) == (1, "")
        assert told.out.endswith("3 to fix.\n")
