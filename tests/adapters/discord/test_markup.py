"""Lines as Discord's Markdown, and nobody else's markup among them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.chunk import utf16
from adapters.discord import markup
from core.chat import Bold, Code, Mention, Moment
from core.people import Identity

AT = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


class TestEscape:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain", "plain"),
            ("**b** _i_ ~~s~~ ||x|| `c`", "\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\|\\|x\\|\\| \\`c\\`"),
            ("# big\n## less", "\\# big\n\\## less"),
            ("-# small", "\\-# small"),
            ("> said\n>>> all", "\\> said\n\\>>> all"),
            ("- a", "\\- a"),
            ("1. a", "1\\. a"),
            ("3 > 2 - 1", "3 > 2 - 1"),
            ("[a](https://x.example)", "\\[a\\](https://x.example)"),
            ("<@1> <#2> <:x:3> </y:4>", "\\<@1> \\<#2> \\<:x:3> \\</y:4>"),
            ("@everyone @HERE @ann", "@\u200beveryone @\u200bHERE @ann"),
            ("back\\slash", "back\\\\slash"),
            ("\u202eabc\x1b\x00", "abc"),
        ],
    )
    def test_shows_letters(self, text, shown):
        assert markup.escape(text) == shown

    def test_keeps_an_address_whole(self):
        assert markup.escape("see https://x.example/a_b_c?d=*e* now*") == "see https://x.example/a_b_c?d=*e* now\\*"

    @given(st.text())
    def test_never_leaves_a_mention(self, text):
        shown = markup.escape(text)
        assert "@everyone" not in shown
        assert "@here" not in shown


class TestLine:
    def test_of_all_spans(self):
        line = ("a ", Bold("b"), Code("c`d"), Mention("Mara"), Moment(AT), Moment(AT, relative=True))
        stamp = int(AT.timestamp())
        assert markup.line(line) == f"a **b**`c\u02cbd`**@Mara**<t:{stamp}:f><t:{stamp}:R>"

    def test_mentions_people_of_discord(self):
        assert markup.line((Mention("Mara", Identity("discord", "123")),)) == "<@123>"

    def test_names_people_of_elsewhere(self):
        assert markup.line((Mention("M*", Identity("telegram", "123")),)) == "**@M\\***"

    def test_names_nobody_everyone(self):
        assert "@everyone" not in markup.line((Mention("everyone"),))


class TestLines:
    def test_are_one_almost_always(self):
        assert markup.lines("short") == ["short"]
        assert markup.lines("  ") == []

    def test_cut_a_long_text_without_losing_a_letter(self):
        pieces = markup.lines("*" * 5000)
        assert all(utf16(piece) <= 4000 for piece in pieces)
        assert "".join(pieces) == "\\*" * 5000

    def test_cut_spans_between_each_other(self):
        line = tuple(Bold("x" * 100) for _ in range(60))
        pieces = markup.lines(line)
        assert len(pieces) == 2
        assert all(piece.startswith("**") and piece.endswith("**") for piece in pieces)

    @given(st.lists(st.text(max_size=3000), max_size=6))
    def test_fit_always(self, texts):
        assert all(utf16(piece) <= 4000 for piece in markup.lines(tuple(texts)))


class TestCut:
    @given(st.text(max_size=300), st.integers(min_value=1, max_value=100))
    def test_fits(self, text, most):
        assert utf16(markup.cut(text, most)) <= most
