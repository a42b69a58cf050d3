"""What pays once in a while, and how much. Pure values."""

from core.bounds import Positive
from core.earnings.rules import Reward
from core.ledger.codes import Code
from core.money import Coins
from core.questions.questionnaires import Questionnaire
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """`[questions]` of config.toml: local days, coins."""

    again_days: Positive = 90
    check_in_coins: Reward = 5
    limits_coins: Reward = 10
    limits_days: Positive = 7


@dataclass(frozen=True, slots=True)
class Task:
    """Something to tell: its name, how it is called, what it pays, and after how many local days again."""

    name: str
    title: str
    coins: Coins
    days: int
    code: Code


def of_questionnaire(one: Questionnaire, rules: QuestionRules) -> Task:
    """A questionnaire as a task."""
    return Task(one.name, one.title, Coins(one.coins), rules.again_days, Code.QUESTIONNAIRE)


def check_in(rules: QuestionRules) -> Task:
    """The daily check-in."""
    return Task("check_in", "Check-in", Coins(rules.check_in_coins), 1, Code.CHECK_IN)


def limits(rules: QuestionRules) -> Task:
    """What time, energy and confidence allow."""
    return Task("limits", "Your limits", Coins(rules.limits_coins), rules.limits_days, Code.CONSTRAINTS)
