"""What a picture says to who can not see it."""

from datetime import UTC, datetime, timedelta

from core.chat import pictured
from core.chat.chart import Bars, Chart, Mark, words_of

START = datetime(2026, 5, 21, tzinfo=UTC)
CHART = Chart(
    "Ten clips in ten days",
    "followers",
    ((START, 1278), (START + timedelta(days=4), 1362)),
    START,
    START + timedelta(days=10),
    baseline=1278,
    target=1408,
    band=(1458, 1348),
    days=(Mark.DONE, Mark.DONE, Mark.MISSED, Mark.TODAY, Mark.COMING),
    facts=(("Stake", "100 coins"),),
    demo=True,
)


class TestWords:
    def test_of_a_chart_say_all_that_it_shows(self):
        assert words_of(CHART) == (
            "Ten clips in ten days. Demo figures. Now 1,362 followers. 84 more than at the start (1,278). "
            "Target 1,408. Likely between 1,348 and 1,458 at the end. Days: 2 done · 1 missed · today · 1 to come. "
            "Stake: 100 coins."
        )

    def test_of_a_chart_that_fell_blame_nobody(self):
        fell = Chart("T", "%", ((START, -437),), START, START, baseline=5, decimals=2)
        assert words_of(fell) == "T. Now -4.37 %. 4.42 fewer than at the start (0.05)."

    def test_of_a_chart_without_readings(self):
        assert words_of(Chart("Soon.", "followers", (), START, START)) == "Soon. No reading yet."

    def test_of_bars_name_the_days_on_which_something_moved(self):
        bars = Bars("Your last 14 days", "coins", ("1 May", "2 May", "3 May"), (12, 0, 5), (0, 0, 100))
        assert words_of(bars) == "Your last 14 days. 17 coins in, 100 out. By day: 1 May +12, 3 May +5 −100."
        two = Bars("Year", "dollars", ("May",), (5,), (3,), sides=("revenue", "cost"))
        assert words_of(two) == "Year. 5 dollars revenue, 3 cost. By day: May +5 −3."
        assert words_of(Bars("Coins", "coins", (), (), ())) == "Coins. 0 coins in, 0 out."

    def test_come_with_every_picture(self):
        image = pictured(CHART)
        assert (image.source, image.alt, image.name) == (CHART, words_of(CHART), "chart.png")
