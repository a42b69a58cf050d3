"""Telegram's place in the program."""

from dataclasses import replace

import pytest

from bot.settings import DatabaseSettings
from bot.telegram import sent_file


def file_of(url: str) -> str:
    return str(sent_file(replace(DatabaseSettings(), url=url)))


class TestSentFile:
    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("sqlite:///data/tandem.db", "data/tandem.db-telegram-sent"),
            ("sqlite:////srv/tandem/live.db", "/srv/tandem/live.db-telegram-sent"),
            ("sqlite:///data/what?.db", "data/what?.db-telegram-sent"),
            ("postgresql://tandem:secret@localhost/live?connect_timeout=5", "data/live-telegram-sent"),
        ],
    )
    def test_is_named_after_its_database(self, url: str, path: str) -> None:
        assert file_of(url) == path

    def test_two_bots_in_one_folder_do_not_write_into_one(self) -> None:
        # Both count their updates alike: one would leave unsaid what the other has said.
        assert file_of("sqlite:///data/one.db") != file_of("sqlite:///data/two.db")
