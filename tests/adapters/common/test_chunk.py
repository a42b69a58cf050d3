"""Long text in pieces."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.common import chunk
from adapters.common.chunk import cut, utf16

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=600)


class TestCut:
    def test_short_text_stays(self):
        assert cut("Hello.", 100) == ["Hello."]
        assert cut("  ", 100) == []

    def test_falls_between_paragraphs(self):
        first, second = "a" * 60, "b" * 60
        assert cut(f"{first}\n\n{second}", 100) == [first, second]

    def test_falls_between_sentences_rather_than_words(self):
        text = "The first sentence is here now. The second one goes on for a while and has many words in it, more"
        assert cut(text * 2, 100)[0].endswith(".")

    def test_never_falls_inside_a_mention(self):
        mention = "<@123456789012345678>"
        for before in range(30, 70):
            pieces = cut("x" * before + mention + "y" * 100, 100)
            assert sum(piece.count(mention) for piece in pieces) == 1

    def test_closes_and_reopens_a_fence(self):
        code = "\n".join(f"line {i}" for i in range(40))
        pieces = cut(f"```python\n{code}\n```", 120)
        assert len(pieces) > 2
        assert all(piece.startswith("```python\n") and piece.endswith("```") for piece in pieces)
        assert "\n".join(piece.removeprefix("```python\n").removesuffix("```").strip() for piece in pieces) == code

    def test_of_a_fence_around_an_address_that_fits_nowhere_ends(self, monkeypatch):
        heads: list[str] = []
        head = chunk._head

        def once_more(*given: Any) -> str:
            heads.append(head(*given))
            assert len(heads) < 100, "for ever"
            return heads[-1]

        monkeypatch.setattr(chunk, "_head", once_more)
        address = f"https://example.org/{'a' * 300}"
        pieces = cut(f"Look:\n```sh\n{address}\n```", 120)
        assert all(len(piece) <= 120 for piece in pieces)
        assert address in "".join(piece.removeprefix("```sh\n").removesuffix("\n```") for piece in pieces)

    def test_counts_as_the_platforms_do(self):
        assert utf16("👍") == 2
        assert all(utf16(piece) <= 100 for piece in cut("👍" * 300, 100))

    @given(WORDS, st.integers(90, 200))
    def test_every_piece_fits_and_no_letter_is_lost(self, text, most):
        pieces = cut(text, most)
        assert all(piece and utf16(piece) <= most for piece in pieces)
        if "```" not in text:
            assert "".join("".join(pieces).split()) == "".join(text.split())
