"""Parsers and entity rules, as pure functions."""

import pytest

from tests.fakes.telegram import limits
from tests.fakes.telegram.entities import check, found, part, units
from tests.fakes.telegram.faults import ApiError
from tests.fakes.telegram.html import html
from tests.fakes.telegram.markdown import markdown_v2

FAMILY = "👨‍👩‍👧"
HEBREW = "שלום עולם"


def marks(formatted):
    return [(entity["type"], part(formatted.text, entity)) for entity in formatted.entities]


class TestMarkdownV2:
    @pytest.mark.parametrize(
        ("text", "plain", "expected"),
        [
            (
                "*bold* _it_ __under__",
                "bold it under",
                [("bold", "bold"), ("italic", "it"), ("underline", "under")],
            ),
            ("~gone~ ||secret||", "gone secret", [("strikethrough", "gone"), ("spoiler", "secret")]),
            ("`a.b` ```py\nx = 1\n```", "a.b x = 1\n", [("code", "a.b"), ("pre", "x = 1\n")]),
            ("[site](https://a\\.example/\\))", "site", [("text_link", "site")]),
            ("1\\.5 \\- ok\\!", "1.5 - ok!", []),
            (f"{FAMILY} *{FAMILY}*", f"{FAMILY} {FAMILY}", [("bold", FAMILY)]),
            (f"*{HEBREW}*", HEBREW, [("bold", HEBREW)]),
            (">quote\nnot", "quote\nnot", [("blockquote", "quote\n")]),
            ("*a _b_*", "a b", [("bold", "a b"), ("italic", "b")]),
        ],
    )
    def test_reads(self, text, plain, expected):
        read = markdown_v2(text)
        assert (read.text, marks(read)) == (plain, expected)

    @pytest.mark.parametrize("reserved", "_*[~`")
    def test_refuses_what_does_not_end(self, reserved):
        kinds = {"_": "Italic", "*": "Bold", "[": "TextUrl", "~": "Strikethrough", "`": "Code"}
        with pytest.raises(ApiError) as caught:
            markdown_v2(f"é{reserved}x")
        words = f"Can't find end of {kinds[reserved]} entity at byte offset 2"
        assert caught.value.description == f"Bad Request: can't parse entities: {words}"

    @pytest.mark.parametrize("reserved", "]()>#+-=|{}.!")
    def test_refuses_what_must_be_escaped(self, reserved):
        with pytest.raises(ApiError) as caught:
            markdown_v2(f"x{reserved}")
        words = f"Character '{reserved}' is reserved and must be escaped with the preceding '\\'"
        assert caught.value.description == f"Bad Request: can't parse entities: {words}"

    def test_refuses_an_endless_url(self):
        with pytest.raises(ApiError, match="Can't find end of a URL at byte offset 4"):
            markdown_v2("[a](https://x")


class TestHtml:
    @pytest.mark.parametrize(
        ("text", "plain", "expected"),
        [
            ("<b>a <i>b</i></b>", "a b", [("bold", "a b"), ("italic", "b")]),
            ("&lt;b&gt; &amp; &#128077;", "<b> & 👍", []),
            ('<a href="https://a.example/?x=1&amp;y=2">site</a>', "site", [("text_link", "site")]),
            ('<span class="tg-spoiler">s</span>', "s", [("spoiler", "s")]),
            ("<blockquote expandable>long</blockquote>", "long", [("expandable_blockquote", "long")]),
            (f"{FAMILY}<code>{HEBREW}</code>", FAMILY + HEBREW, [("code", HEBREW)]),
        ],
    )
    def test_reads(self, text, plain, expected):
        read = html(text)
        assert (read.text, marks(read)) == (plain, expected)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
            ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
            ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
            ("é</b>", "Unexpected end tag at byte offset 2"),
            ("<b", "Unclosed start tag at byte offset 0"),
            ("<b>a</b", "Unclosed end tag at byte offset 4"),
            ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
            ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ],
    )
    def test_refuses(self, text, words):
        with pytest.raises(ApiError) as caught:
            html(text)
        assert caught.value.description == f"Bad Request: can't parse entities: {words}"

    def test_other_modes_are_refused(self):
        with pytest.raises(ApiError, match="unsupported parse_mode"):
            limits.body("x", "Markup", None)


class TestEntities:
    @pytest.mark.parametrize(("text", "length"), [("abc", 3), ("👍", 2), (FAMILY, 8), (HEBREW, 9), ("é", 1)])
    def test_units(self, text, length):
        assert units(text) == length

    @pytest.mark.parametrize(
        ("offset", "length", "words"),
        [
            (0, 6, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6"),
            (9, 1, "entity begins after the end of the text at UTF-16 offset 9"),
            (1, 2, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
            (
                0,
                1,
                "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
            ),
            (-1, 1, "receive an entity with incorrect offset -1"),
        ],
    )
    def test_refuses_place(self, offset, length, words):
        with pytest.raises(ApiError) as caught:
            check("👍abc", [{"type": "bold", "offset": offset, "length": length}])
        assert caught.value.description == f"Bad Request: {words}"

    @pytest.mark.parametrize(
        ("entity", "words"),
        [
            ({"type": "loud"}, "Unsupported type specified"),
            ({"type": "text_link"}, 'Can\'t find field "url"'),
            ({"type": "text_mention"}, 'Can\'t find field "user"'),
        ],
    )
    def test_refuses_kind(self, entity, words):
        with pytest.raises(ApiError, match=words):
            check("abc", [entity | {"offset": 0, "length": 1}])

    def test_a_joined_emoji_may_be_split_between_its_parts(self):
        assert check(FAMILY, [{"type": "bold", "offset": 0, "length": 2}])

    def test_excess_is_told(self):
        assert limits.excess([{}] * 100) is None
        assert "101 entities" in str(limits.excess([{}] * 101))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("👍 /gift@tandem_bot now", [("bot_command", "/gift@tandem_bot")]),
            ("a/b and path/x", []),
            ("ask @bob_smith or a@b.example", [("mention", "@bob_smith"), ("email", "a@b.example")]),
            ("see https://a.example/x?y=/z.", [("url", "https://a.example/x?y=/z")]),
            ("#tag $USD", [("hashtag", "#tag"), ("cashtag", "$USD")]),
        ],
    )
    def test_found(self, text, expected):
        assert [(entity["type"], part(text, entity)) for entity in found(text)] == expected


class TestStartPayload:
    @pytest.mark.parametrize(
        ("payload", "fits"),
        [("aZ0_-", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False)],
    )
    def test_fits(self, payload, fits):
        assert limits.start_payload(payload) is fits
