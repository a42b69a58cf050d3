"""Answers that stand ready: `data/templates/answers`, and how sure we are that one of them is meant.

A wrong prepared answer is worse than a paid one, so everything that speaks of the member's own case counts against it.
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from core.assistant.rules import words
from core.templates import Template, load
from core.values import dataclass

Phrase = Annotated[str, Field(min_length=3, max_length=120)]


class Answer(Template):
    """One prepared answer: ways in which people ask for it, and what is said."""

    asked: Annotated[tuple[Phrase, ...], Field(min_length=3, max_length=24)]
    """Phrases; matching goes by their words, not by their order."""
    said: Annotated[str, Field(min_length=200, max_length=1600)]


@dataclass(frozen=True, slots=True)
class Match:
    """The prepared answer that fits best, and how well, in percent."""

    answer: Answer
    percent: int


_EMPTY = """
    a about all also am an and any anyone are as at be because been being but by can could did do does doing for from
    get getting give going good got guys had has have having help hey hi how i if im in into is it its ive just know
    let like me might mind more much my need now of off on one or other please pls should so some someone tell than
    thanks thank that the their them then there they thing things think this those to too up us want wanna was way we
    well were what whats when where which who why will with would yes you your best really actually make ok okay
    question quick advice tips tip right guide worth even still beginner beginners ideal fair normal lately
    again lot super better first creator creators own people pick choose come work working does anything something
    always ever never no bit too them us re dont cant doesnt isnt im biggest problem weak low bad important example
    examples general normal online several feel feeling use using month week year next
    ask find most through until without
"""
EMPTY = frozenset(_EMPTY.split())
"""Words that say nothing about the matter."""
_OWN = """
    mine yesterday today tomorrow tonight last latest recent she he her his these attached screenshot above here
    contract lawyer legal tax taxes sue diagnosed doctor refund stripe task tasks coins credits streak
"""
OWN = frozenset(_OWN.split())
"""Words of a question about the member's own case: only a model can answer it, or another command."""
_WORK = """
    analyse analyze check compare connect draft fix put rate remind review rewrite show summarise summarize translate
    turn write
"""
WORK = frozenset(_WORK.split())
"""Words that begin a piece of work to be done."""
PLURALS = ("ies", "y"), ("sses", "ss"), ("s", "")
SAME: Mapping[str, str] = {
    word: meaning
    for meaning, many in {
        "price": "charge charging cost pricing fee priced",
        "earn": "monetize monetise monetization monetized money earning income living",
        "community": "server group discord telegram club membership patreon",
        "member": "subscriber fan",
        "post": "upload uploading publish posting posted",
        "often": "frequency cadence frequently times regularly daily",
        "grow": "growth growing gain increase increasing bigger grown stuck",
        "follower": "audience subs subscriber",
        "hook": "opening opener",
        "video": "clip reel short tiktok shorts vid youtube",
        "view": "reach impression viewer",
        "talk": "chat write talking quiet dead inactive silent lurk active revive",
        "leave": "churn cancel cancelling leaving unsubscribe retention keep stay",
        "burnout": "burned tired exhausted overwhelmed motivation burnt motivated",
        "niche": "topic",
        "welcome": "onboarding onboard greet newcomer",
        "launch": "launching",
        "hate": "troll hater negative toxic mean criticism",
        "plan": "schedule calendar planner planning batch batching",
        "metric": "number analytics kpi",
        "routine": "consistent consistency procrastinate procrastinating",
        "gear": "equipment camera mic microphone lighting light",
        "collab": "collaborate collaboration collaborating",
        "sponsor": "brand deal",
        "live": "stream streaming",
        "tier": "vip",
        "event": "activity challenge",
        "reuse": "repurpose repurposing reusing crosspost cross",
        "click": "ctr",
        "newsletter": "email mail",
        "moderator": "mod moderate moderation",
        "waitlist": "waiting",
        "comment": "engagement engage",
        "raise": "raising",
        "buy": "buying bought pod",
        "join": "joined joining",
        "length": "long longer shorter",
    }.items()
    for word in (meaning, *many.split())
}
"""Words that mean the same where creators ask."""


PLATFORMS = frozenset({"discord", "telegram", "circle", "patreon", "slack", "whatsapp"})


def stem(word: str) -> str:
    """A word without its plural, and the one word that stands for those that mean the same here."""
    for end, instead in PLURALS:
        if len(word) > 4 and word.endswith(end) and not word.endswith("ss"):
            bare = word.removesuffix(end) + instead
            return SAME.get(word) or SAME.get(bare) or bare
    return SAME.get(word, word)


def content(text: str) -> frozenset[str]:
    """The words of a text that say what it is about; two platforms in one question are a choice between them."""
    said = words(text)
    found = {stem(word) for word in said if word not in EMPTY and not word.isdigit()}
    return frozenset(found | {"versus"} if len(PLATFORMS & set(said)) > 1 else found)


class Shelf:
    """The prepared answers, with how much each word tells: one that stands in many answers tells little."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._phrases = [(answer, content(phrase)) for answer in answers for phrase in answer.asked]
        spread: dict[str, set[str]] = {}
        for answer, found in self._phrases:
            for word in found:
                spread.setdefault(word, set()).add(answer.name)
        self._weight = {word: Fraction(1, len(names)) + 1 for word, names in spread.items()}

    def _weigh(self, found: Iterable[str]) -> Fraction:
        # A word that no phrase knows is the surest sign that something else is meant.
        return sum((self._weight.get(word, Fraction(5, 2)) for word in found), Fraction(0))

    def _names_somebody(self, question: str) -> bool:
        """Whether a name stands in it: a capital within the sentence, on a word that no prepared question has."""
        inside = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", question)
        return any(word.casefold() not in EMPTY and stem(word.casefold()) not in self._weight for word in inside)

    def nearest(self, question: str) -> Match | None:
        """The best fit: the weight of the words that question and phrase share, of all that either has."""
        asked = content(question)
        if not asked:
            return None
        mine = Fraction(1, 2) if own_case(question) or self._names_somebody(question) else Fraction(1)
        best: Match | None = None
        for answer, phrase in self._phrases:
            shared = self._weigh(asked & phrase)
            if not shared:
                continue
            fit = 2 * shared / (self._weigh(asked) + self._weigh(phrase)) * mine
            percent = int(fit * 100)
            if best is None or percent > best.percent:
                best = Match(answer, percent)
        return best


def own_case(question: str) -> bool:
    """Whether a question is about somebody's own case: it names it, shows work, or is longer than a general one."""
    said = words(question)
    begins = said[2:3] if said[:2] in (("can", "you"), ("could", "you")) else said[:1]
    shows = any(sign in question for sign in ("http", "@", "`", "\n\n", '"', "“"))
    return bool(OWN & set(said)) or bool(WORK & set(begins)) or len(said) > 20 or shows


@lru_cache(maxsize=256)
def nearest(question: str) -> Match | None:
    """The best fit on the shelf; a price, its question and its answer ask for it in turn."""
    return shelf().nearest(question)


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """The shipped answers, read when the first question comes, so that no start waits for them."""
    return Shelf(load("answers", Answer))
