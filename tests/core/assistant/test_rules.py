"""Sameness, histories and shares, as arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from core.assistant import rules
from core.assistant.rules import Asking, AssistantLimits, History
from core.models import Turn

LIMITS = AssistantLimits()
TEXT = st.text(max_size=400)
TURNS = st.lists(st.builds(Turn, TEXT, TEXT), max_size=40)


class TestDigests:
    def test_case_spaces_and_marks_do_not_count(self):
        assert rules.question_digest("ask", "How  often, please?") == rules.question_digest("ask", "how often please")

    def test_purpose_and_words_do(self):
        digests = {
            rules.question_digest(*pair) for pair in (("ask", "a b"), ("coach", "a b"), ("ask", "b a"), ("ask", "?"))
        }
        assert len(digests) == 4

    def test_parts_can_not_run_into_each_other(self):
        one = rules.context_digest("m", Asking("ask", "ab", "?", about="c"), History())
        assert one != rules.context_digest("m", Asking("ask", "a", "?", about="bc"), History())


class TestFold:
    @given(turns=TURNS, most=st.integers(100, 9000))
    def test_keeps_whole_steps_and_the_bound(self, turns, most):
        folded = rules.to_fold(turns, LIMITS, most)
        assert 0 <= folded <= len(turns)
        left = turns[folded:]
        if folded == 0:
            assert len(left) < LIMITS.summary_every + LIMITS.turns_kept
        assert rules.history_tokens(left) <= most or not folded or not left

    @given(turns=TURNS)
    def test_a_summary_is_bounded_and_the_same_each_time(self, turns):
        summary = rules.summarise("", turns)
        assert len(summary) <= rules.SUMMARY_MAX
        assert summary == rules.summarise("", turns)

    def test_a_summary_keeps_figures_and_decisions(self):
        turn = Turn("I like it. I will charge $9 a month from June.", "Good. Then founders pay $7. Nice.")
        assert (
            rules.summarise("", [turn])
            == "- Asked: I will charge $9 a month from June. Answered: Then founders pay $7."
        )


class TestShare:
    @given(delivered=st.integers(0, 10_000), whole=st.integers(0, 10_000), price=st.integers(0, 500))
    def test_is_never_more_than_the_whole(self, delivered, whole, price):
        part, of = rules.share(delivered, whole)
        assert 0 <= price * part // of <= price


class TestBound:
    @given(text=st.text(max_size=200))
    def test_no_text_has_more_tokens_than_bytes(self, text):
        assert rules.most_tokens(text) >= len(text.encode("utf-8", "surrogatepass"))


class TestWait:
    def test_doubles_up_to_its_bound(self):
        assert [rules.wait_ms(n, None, LIMITS) for n in (1, 2, 3, 4, 5)] == [500, 1000, 2000, 4000, 4000]

    def test_keeps_to_what_the_provider_asks_or_gives_up(self):
        assert rules.wait_ms(1, 3000, LIMITS) == 3000
        assert rules.wait_ms(1, 60_000, LIMITS) is None
