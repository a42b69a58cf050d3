"""What says something passes in any language; what says nothing does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.knowledge.rules import copied, problem

SAYS_SOMETHING = (
    "My time between the day job and the kids is never enough",
    "Being consistent when views are low",
    "Not enough views",
    "Nie mam czasu na montaż, a szczęście mi nie sprzyja",
    "Strč prst skrz krk říkali mi vždycky všichni",
    "Angstschweiß vor jeder Veröffentlichung",
    "No tengo tiempo para grabar todos los días",
    "Je n'arrive pas à publier régulièrement",
    "Zamanım yok, her gün işe gidiyorum",
    "En jaksa editoida iltaisin töiden jälkeen",
    "撮影する時間が足りない",
    "没有时间剪辑视频",
    "시간이 부족해서 편집을 못 해요",
    "ليس لدي وقت كاف للتصوير",
    "मेरे पास समय नहीं है",
    "मेरे पास वीडियो बनाने का समय नहीं है क्योंकि मैं दिन भर काम करता हूँ और रात को थक जाता हूँ",
    "Tôi không có thời gian để quay video",
    "We were there, we were fed, we were tired",
    "I edit, I edit, I edit and then I edit some more, that is my week",
    "lol idk man just cant get myself to post",
    "The property party expert weather report was poor",
    "it changed nothing, I tried posting at 18:00 and at 21:00",
    "https://www.tiktok.com/@mara.makes is where the hooks fail",
    "RTX 3080 GPU render crashes in DaVinci",
    "Vrh brda, crn oblak, trg pun ljudi",
    "blvd psych nth CRM KPI SaaS pitch decks",
    "Weil ich mich nicht traue! 😬😬😬😬😬😬😬😬",
)
SHORT = ("ok", "nothing", "idk", "...!!! ???", "a b c d e f", "好", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀")
REPEATED = (
    "aaaaaaaaaaaaaaaaaaaa",
    "yes yes yes yes yes yes yes",
    "good good good good",
    "test test test test test test and test",
    "好好好好好",
    "blablablabla blablabla",
    "more views more views more views more views",
    "Every week I film, and every week I promise myself to film earlier. " * 4,
)
MASHED = (
    "asdfghjkl asdfghjkl",
    "qwertyuiopasdf",
    "asdasdasdasdasd",
    "dfgdfgdfg dfgdfgdfg",
    "sdkfjhskdjfhskdjfh",
    "lkjasdf oiuqwer zxcv",
    "hfjdkslahfjdkslaghfjdk",
    "12345678901234",
    "fghjdkslgh dfjkg hsdfkg",
    "qwertz uiop lkjhgfds",
)


class TestProblem:
    @pytest.mark.parametrize("answer", SAYS_SOMETHING)
    def test_is_none_with_what_says_something(self, answer: str):
        assert problem(answer) is None

    @pytest.mark.parametrize("answer", SHORT)
    def test_with_what_is_too_short(self, answer: str):
        assert "very short" in (problem(answer) or "")

    @pytest.mark.parametrize("answer", REPEATED)
    def test_with_what_repeats_itself(self, answer: str):
        assert "over and over" in (problem(answer) or "")

    @pytest.mark.parametrize("answer", MASHED)
    def test_with_mashed_keys(self, answer: str):
        assert "as words" in (problem(answer) or "")

    @given(st.text(max_size=700))
    def test_of_any_text_is_words_or_nothing(self, answer: str):
        assert len(problem(answer) or "") <= 200


class TestCopied:
    EARLIER = ("Being consistent when views are low", "I edit until two in the morning and hate it")

    @pytest.mark.parametrize(
        "answer",
        [
            "I edit until two in the morning and hate it",
            "i EDIT until two, in the morning; and hate it!!!",
            "I edit until two in the morning and hate it.",
            "and hate it I edit in the morning until two",
            "I edited until two in the morning and hate it",
        ],
    )
    def test_finds_the_same_words(self, answer: str):
        assert copied(answer, self.EARLIER) == 1

    @pytest.mark.parametrize("answer", ["I edit at noon now and like it", "Low views do not bother me", "好的"])
    def test_lets_other_words_pass(self, answer: str):
        assert copied(answer, self.EARLIER) is None

    def test_takes_little_time_at_worst(self):
        words = [
            "content",
            "hook",
            "video",
            "people",
            "because",
            "time",
            "edit",
            "always",
            "never",
            "script",
            "post",
            "views",
            "low",
        ]
        texts = [" ".join(words[(i * k + k) % len(words)] for k in range(1, 100))[:600] for i in range(50)]
        began = time.process_time()
        for text in texts[:5]:
            copied(text[::-1], texts)
        assert time.process_time() - began < 1  # a second is forever; it takes a few milliseconds
