"""How a report reads: one fact a line, each figure beside its goal; and the same as a table for a spreadsheet."""

import csv
import io
from collections.abc import Callable

from core.chat import Attachment, Bold, Facts, Image, Line, Message, Ranking, Text, pictured
from core.chat.chart import Bars
from core.chat.message import Block
from core.costs.rules import DOLLAR, nanos
from core.gate.rules import Level
from core.money import plural
from core.reports import rules
from core.reports.rules import ONE_DAY, Account, Books, Figures, Goals, Period, ReportRules, Span, dollars

CENT = DOLLAR // 100
DOLLARS_FROM = 100 * DOLLAR
"""A day of so much is drawn in dollars: nobody reads 811,600 cents."""
PURPOSES = 8
"""Lines on what it was for; in the table are all."""
MISSES = 5
MISSED_LEAST = 2
"""A question that a model had to answer once is no pattern."""


def costs(figures: Figures, goals: Goals) -> Message:
    """`/admin costs`: what it cost, by category and by purpose."""
    spans = _spans(figures)
    books, month = figures.books, spans[-1][1]
    ahead = rules.projected(books.cost(month), month, figures.at)
    goal = nanos(goals.cost_month)
    head: list[tuple[str, Line]] = [(label, dollars(books.cost(span))) for label, span in spans]
    head.append(("At this pace the month", f"{dollars(ahead)} · goal at most {dollars(goal)}{_mark(ahead <= goal)}"))
    if figures.reserved:
        head.append(("Reserved by calls that run", dollars(figures.reserved)))
    blocks: list[Block] = [_title("Costs", figures.span), Facts(tuple(head))]
    blocks += _split("By category", lambda span: books.costs_by(lambda row: row.category, span), spans)
    blocks += _split("By purpose", lambda span: books.costs_by(lambda row: row.purpose, span), spans)
    blocks += _split("By payer", lambda span: books.costs_by(lambda row: row.payer, span), spans)
    return Message((*blocks, *_pictures(figures), table(figures)))


def profit(figures: Figures, goals: Goals, limits: ReportRules) -> Message:
    """`/admin profit`: what is left, of whom, and how far from the goals."""
    spans = _spans(figures)
    books = figures.books
    head: list[tuple[str, Line]] = [(label, _left(books, span)) for label, span in spans]
    blocks: list[Block] = [_title("Profit", figures.span), Facts(tuple(head))]
    blocks += _split("Revenue by kind, net", books.revenue_by_kind, spans)
    blocks += _common(figures, goals, limits)
    return Message((*blocks, *_pictures(figures), table(figures)))


def report(figures: Figures, goals: Goals, limits: ReportRules, period: Period) -> Message:
    """The report of a day, a week or a month that is over."""
    books, span = figures.books, figures.span
    blocks: list[Block] = [
        _title({Period.DAY: "The day", Period.WEEK: "The week", Period.MONTH: "The month"}[period], span),
        Facts(((_days(span), _left(books, span)),)),
    ]
    blocks += _split("Cost by category", lambda one: books.costs_by(lambda row: row.category, one), [("", span)])
    blocks += _split("Cost by purpose", lambda one: books.costs_by(lambda row: row.purpose, one), [("", span)])
    blocks += _split("Revenue by kind, net", books.revenue_by_kind, [("", span)])
    if period is Period.DAY:
        return Message((*blocks, *_goals(figures, goals), table(figures)))
    return Message((*blocks, *_common(figures, goals, limits), *_pictures(figures), table(figures)))


def _common(figures: Figures, goals: Goals, limits: ReportRules) -> list[Block]:
    blocks: list[Block] = [*_goals(figures, goals), _levels(figures)]
    for label, found in (
        (f"Dearest {limits.listed} members, their month", rules.dearest(figures, limits.listed)),
        (f"Best {limits.listed} members, their month", rules.best(figures, limits.listed)),
    ):
        if found:
            blocks += [_bold(label), Ranking(tuple(_account(figures, one) for one in found))]
    return [*blocks, *_misses(figures), *_interventions(figures)]


def _goals(figures: Figures, goals: Goals) -> list[Block]:
    """Each figure of the month beside its goal; whatever days a report is on, goals are a month's."""
    day = figures.span.last
    over = (day + ONE_DAY).day == 1
    rows = (
        (one.label, f"{one.figure} · goal {one.goal}{'' if one.reached is None else _mark(one.reached)}")
        for one in rules.held(figures, goals)
    )
    return [_bold(f"{day:%B}{'' if over else ' so far'}, beside its goals"), Facts(tuple(rows))]


def _levels(figures: Figures) -> Facts:
    found = rules.levels(figures.accounts, figures.members)
    shown = [f"{found[level]:,} {level.value.replace('_', ' ')}" for level in Level if found[level]]
    return Facts((("Members by level", " · ".join(shown) or "none yet"),))


def _account(figures: Figures, one: Account) -> str:
    name = figures.hashes.get(one.member, "?")
    return f"{name}: cost {dollars(one.cost)}, brought {dollars(one.earned)}, left {dollars(one.profit)}"


def _misses(figures: Figures) -> list[Block]:
    """What a model answered and a template might."""
    total = sum(times for *_, times in figures.answers)
    if not total:
        return []
    by_model = [(nearest, times) for source, nearest, times in figures.answers if source == "model"]
    saved = total - sum(times for _, times in by_model)
    rows: list[tuple[str, Line]] = [("Answered without a model", f"{rules.percent(saved, total)}% of {total:,}")]
    worth = [(nearest, times) for nearest, times in by_model if times >= MISSED_LEAST]
    rows += [
        (f"Near “{nearest}”" if nearest else "Near no template", f"{plural(times, 'time')} by a model")
        for nearest, times in worth[:MISSES]
    ]
    return [_bold("Answers, and what is worth a template"), Facts(tuple(rows))]


def _interventions(figures: Figures) -> list[Block]:
    if not figures.interventions:
        return []
    rows = tuple(
        (
            one.name.capitalize(),
            f"{plural(one.times, 'time')}, {plural(one.members, 'member')}"
            + (f", who then brought {dollars(one.nanos)}" if one.nanos else ""),
        )
        for one in figures.interventions
    )
    return [_bold("What the gate did"), Facts(rows)]


# Parts


def _spans(figures: Figures) -> list[tuple[str, Span]]:
    day = figures.span.last
    return [
        ("Today", rules.so_far(Period.DAY, day)),
        ("Last 7 days", rules.so_far(Period.WEEK, day)),
        (f"{day:%B} so far", rules.so_far(Period.MONTH, day)),
    ]


def _split(label: str, sums: Callable[[Span], dict[str, int]], spans: list[tuple[str, Span]]) -> list[Block]:
    """A line for each name: its sums, the longest span last, by which they are ordered. The least share a line."""
    by_span = [sums(span) for _, span in spans]
    names = sorted({name for found in by_span for name in found}, key=lambda name: (-by_span[-1].get(name, 0), name))
    if not names:
        return []
    listed = len(names) if len(names) <= PURPOSES else PURPOSES - 1
    lines = [(_name(name), [name]) for name in names[:listed]]
    if rest := names[listed:]:
        lines.append((f"{len(rest)} others", rest))
    rows = tuple(
        (words, " · ".join(dollars(sum(found.get(name, 0) for name in those)) for found in by_span))
        for words, those in lines
    )
    heads = " · ".join(name.lower() if name != spans[-1][0] else name for name, _ in spans)
    return [_bold(f"{label} ({heads})" if heads else label), Facts(rows)]


def _name(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _left(books: Books, span: Span) -> str:
    back = books.reversed(span)
    taken = f" less {dollars(back)} taken back" if back else ""
    return f"{dollars(books.revenue(span))} less {dollars(books.cost(span))}{taken}: {dollars(books.profit(span))}"


def _mark(reached: bool) -> str:
    return ", reached" if reached else ", not reached"


def _title(what: str, span: Span) -> Text:
    return Text((Bold(what), f" · {_days(span)}, UTC"))


def _days(span: Span) -> str:
    if span.first == span.last:
        return f"{span.last:%-d %B %Y}"
    return f"{span.first:%-d %B} to {span.last:%-d %B %Y}"


def _bold(text: str) -> Text:
    return Text((Bold(text),))


def _pictures(figures: Figures) -> list[Image]:
    picture = bars(figures)
    return [] if picture is None else [pictured(picture, "profit.png")]


def bars(figures: Figures) -> Bars | None:
    """Revenue and cost of each day of the month, on its first of the last seven; None with nothing to see."""
    span = rules.so_far(Period.MONTH, figures.span.last)
    if span.first == span.last:
        span = rules.so_far(Period.WEEK, span.last)  # one bar is no picture
    days = [span.first + past * ONE_DAY for past in range((span.last - span.first).days + 1)]
    each = [Span(day, day) for day in days]
    sums = [(figures.books.revenue(day), figures.books.cost(day)) for day in each]
    unit, one = ("dollars", DOLLAR) if max(map(max, sums)) >= DOLLARS_FROM else ("cents", CENT)
    gained = tuple((revenue + one // 2) // one for revenue, _ in sums)
    # A day that cost less than a cent is seen all the same; among hundreds of dollars it is not looked for.
    spent = tuple(-(-cost // one) if one == CENT else (cost + one // 2) // one for _, cost in sums)
    if not any(gained) and not any(spent):
        return None
    facts = (("Revenue", dollars(figures.books.revenue(span))), ("Cost", dollars(figures.books.cost(span))),
             ("Profit", dollars(figures.books.profit(span))))  # fmt: skip
    title = f"Revenue and cost, {f'{span.last:%B %Y}' if span.first.day == 1 else _days(span)}"
    return Bars(title, unit, tuple(f"{day:%-d %b}" for day in days), gained, spent, facts, ("revenue", "cost"))


def table(figures: Figures) -> Attachment:
    """Every line of the books that the report was made from, to the nano-dollar."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("day", "what", "category_or_kind", "purpose", "payer", "times", "nanos", "posted"))
    for row in figures.books.spent:
        posted = "yes" if row.posted else "no"
        writer.writerow((row.day, "cost", row.category, _safe(row.purpose), row.payer, row.times, row.nanos, posted))
    for one in figures.books.earned:
        what = "reversal" if one.kind == rules.REVERSAL else "income"
        writer.writerow((one.day, what, one.kind, "", "", one.times, one.nanos, "yes"))
    name = f"books-{figures.span.first}-{figures.span.last}.csv"
    return Attachment(name, out.getvalue().encode(), "Every cost and income by day, in nano-dollars, for spreadsheets")


def _safe(text: str) -> str:
    # A spreadsheet would run a text that begins like a formula.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
