"""Every migration on both engines, whatever tables there will be."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Table, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import core.ledger.tables  # noqa: F401  declares the tables
from bot import migrate
from core.db import Table as Base
from tests.databases import Engine

ROOT = Path(__file__).parents[1]
APPEND_ONLY = ("transfer", "entry")


def connected(url: str) -> Connection:
    return create_engine(migrate.sqlalchemy_url(url), poolclass=NullPool).connect()


def shape(url: str) -> dict[str, str]:
    with connected(url) as connection:
        look = inspect(connection)
        found = {
            table: (look.get_columns(table), look.get_indexes(table), look.get_check_constraints(table))
            for table in look.get_table_names()
        }
    # The conditions of partial indices print as objects with an address.
    return {table: re.sub(r" at 0x[0-9a-f]+", "", repr(parts)) for table, parts in found.items()}


class TestUpgrade:
    def test_up_down_up(self, engine: Engine) -> None:
        url = engine.empty()
        migrate.upgrade(url)
        first = shape(url)
        migrate.downgrade(url, "base")
        assert set(shape(url)) == {"alembic_version"}
        migrate.upgrade(url)
        assert shape(url) == first
        engine.drop(url)

    def test_each_step_alone(self, engine: Engine) -> None:
        url = engine.empty()
        for script in reversed(list(_scripts().walk_revisions())):
            migrate.upgrade(url, script.revision)
            migrate.downgrade(url, str(script.down_revision or "base"))
            migrate.upgrade(url, script.revision)
        assert migrate.is_current(url)
        engine.drop(url)

    def test_of_several_processes_at_once_is_done_by_one(self, engine: Engine) -> None:
        url = engine.empty()
        at_once = (
            "import sys, alembic.command, core.registry; from bot import migrate; "
            "print('ready', flush=True); sys.stdin.readline(); migrate.upgrade(sys.argv[1])"
        )
        others = [
            subprocess.Popen(
                [sys.executable, "-c", at_once, url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=migrate.MIGRATIONS.parent,
            )
            for _ in range(3)
        ]
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()
        said = [other.communicate()[1] for other in others]
        assert [other.returncode for other in others] == [0, 0, 0], said
        assert migrate.is_current(url)
        engine.drop(url)

    def test_leaves_no_drift(self, engine: Engine) -> None:
        url = engine.fresh()
        with connected(url) as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, Base.metadata) == []
            for table in Base.metadata.sorted_tables:
                assert _checks_found(connection, table) == _checks_declared(table)
                assert _conditions_found(connection, table) == _conditions_declared(table)
        engine.drop(url)


class TestIsCurrent:
    def test_an_empty_database_is_not(self, engine: Engine) -> None:
        url = engine.empty()
        assert migrate.current(url) is None
        assert not migrate.is_current(url)
        engine.drop(url)

    def test_a_migrated_one_is(self, database_url: str) -> None:
        assert migrate.current(database_url) == migrate.newest()
        assert migrate.is_current(database_url)

    def test_alembic_s_own_command_line_works_on_the_database_of_the_settings(self, database_url: str) -> None:
        environ = os.environ | {"TANDEM__DATABASE__URL": database_url, "PYTHONPATH": str(ROOT)}
        found = subprocess.run(
            [sys.executable, "-m", "alembic", "check"],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "No new upgrade operations detected" in found.stdout + found.stderr

    def test_newest_is_what_alembic_calls_head(self) -> None:
        assert [migrate.newest()] == _scripts().get_heads()

    def test_does_not_import_alembic(self, database_url: str) -> None:
        program = (
            "import sys; from bot import migrate; assert migrate.is_current(sys.argv[1]); "
            "assert not [name for name in sys.modules if name.startswith(('alembic', 'mako'))]"
        )
        subprocess.run([sys.executable, "-c", program, database_url], check=True, cwd=migrate.MIGRATIONS.parent)


class TestVersionFiles:
    def test_are_named_by_date_and_slug(self) -> None:
        for script in _scripts().walk_revisions():
            assert re.fullmatch(r"\d{4}_\d\d_\d\d_[a-z0-9_]+", script.revision)
            assert script.path.endswith(f"{script.revision}.py")

    def test_have_one_line_of_history(self) -> None:
        assert len(_scripts().get_heads()) == len(_scripts().get_bases()) == 1


class TestAppendOnly:
    @pytest.mark.parametrize("table", APPEND_ONLY)
    @pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_refuses(self, engine: Engine, database_url: str, table: str, change: str) -> None:
        if change.startswith("TRUNCATE") and engine.name == "sqlite":
            pytest.skip("SQLite has no TRUNCATE")
        column = {"transfer": "note", "entry": "amount"}[table]
        with connected(database_url) as connection:
            connection.execute(
                text(
                    "INSERT INTO transfer (id, code, key, at, digest, trace, note) VALUES (1, 'c', 'k', 0, '', '', '')"
                )
            )
            connection.execute(
                text("INSERT INTO entry (transfer_id, line, account_id, amount) VALUES (1, 0, 'system:spent:COIN', 1)")
            )
            connection.commit()
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(change.format(table, column, column)))


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    return ScriptDirectory.from_config(config)


def _checks_declared(table: Table) -> set[str]:
    return {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}


def _checks_found(connection: Connection, table: Table) -> set[str]:
    # SQLAlchemy's autogenerate does not compare CHECK constraints, and they are what keeps the books.
    return {str(check["name"]) for check in inspect(connection).get_check_constraints(table.name)}


def _conditions_declared(table: Table) -> dict[str, str]:
    return {str(index.name): _bare(index.info["where"]["postgresql"]) for index in table.indexes if index.info}


def _conditions_found(connection: Connection, table: Table) -> dict[str, str]:
    # Nor does it compare for which rows an index is.
    options = {
        str(index["name"]): index.get("dialect_options", {}).get(f"{connection.dialect.name}_where")
        for index in inspect(connection).get_indexes(table.name)
    }
    return {name: _bare(str(where)) for name, where in options.items() if where is not None}


def _bare(condition: str) -> str:
    """Without what an engine writes into it: parentheses, types, and SQLite's way to say that something is true."""
    return re.sub(r"\(|\)|::\w+| = 1\b", "", condition)
