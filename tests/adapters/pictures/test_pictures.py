"""Charts and bars: drawn for whatever figures there are, opaque, large enough, and the same every time."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adapters.pictures import PillowPainter, canvas, letters
from adapters.pictures.canvas import BLUE, GREEN, GROUND, MUTED, ORANGE, RED, SMALL, WIDTH
from adapters.pictures.chart import apart
from adapters.pictures.days import A_ROW, rows_of
from adapters.pictures.scale import labels, number, scale
from core.chat.chart import Bars, Chart, Mark

START = datetime(2026, 5, 20, 22, tzinfo=UTC)
DAYS = (*[Mark.DONE] * 4, Mark.MISSED, Mark.TODAY, *[Mark.COMING] * 4)
CHART = Chart(
    "Ten clips in ten days",
    "followers",
    tuple((START + timedelta(days=day), 1278 + 14 * day) for day in range(6)),
    START,
    START + timedelta(days=10),
    "Europe/Berlin",
    1278,
    1408,
    (1348, 1458),
    DAYS,
    (("Stake", "100 coins"), ("Posted", "4 of 8 days"), ("Days left", "5")),
)
LABELS = tuple(f"{day} May" for day in range(1, 15))
BARS = Bars("Your last 14 days", "coins", LABELS, tuple(range(10, 24)), (*[0] * 12, 100, 0))
AUTUMN = datetime(2026, 10, 22, 22, tzinfo=UTC)
"""Three days before clocks go back in Berlin."""
ODD = {
    "no points": replace(CHART, points=()),
    "nothing but a title": Chart("Soon", "followers", (), START, START + timedelta(days=7)),
    "one point": replace(CHART, points=CHART.points[:1]),
    "a flat line": replace(CHART, points=tuple((at, 1278) for at, _ in CHART.points), target=None, band=None),
    "zero throughout": replace(CHART, points=((START, 0),), baseline=0, target=0, band=(0, 0)),
    "huge": replace(CHART, points=((START, 12_300_000),), baseline=12_299_999, target=987_654_321_012, band=None),
    "a far target": replace(CHART, target=250_000),
    "fewer": replace(CHART, points=((START, 1278), (START + timedelta(days=3), 900))),
    "below zero": replace(CHART, points=((START, -437), (START + timedelta(days=3), -900)), decimals=2),
    "a long title": replace(CHART, title="word " * 80, unit="views and likes and comments and shares " * 5),
    "one endless word": replace(CHART, title="w" * 300, facts=tuple(("l" * 90, "v" * 90) for _ in range(9))),
    "clock change": replace(CHART, start=AUTUMN, end=AUTUMN + timedelta(days=7, hours=1), points=((AUTUMN, 10),)),
    "a gap at midnight": replace(CHART, zone="America/Santiago", start=datetime(2026, 9, 5, 4, tzinfo=UTC)),
    "thirty days": replace(CHART, end=START + timedelta(days=30), days=(*DAYS, *DAYS, *DAYS)),
    "right to left": replace(CHART, title="אתגר של מרה", facts=(("عملات", "١٠٠"),)),
    "no letters of ours": replace(CHART, title="🎬🔥十日間", unit="フォロワー", facts=(("🪙", "🪙"),)),
    "empty words": replace(CHART, title="", unit="", facts=(("", ""),)),
    "readings outside the window": replace(CHART, points=((START - timedelta(days=9), 5), (START, 9))),
    "no time at all": replace(CHART, end=START, points=((START, 5), (START, 6))),
    "demo": replace(CHART, demo=True),
    "bars of nothing": Bars("", "", (), (), ()),
    "one bar": Bars("One", "coins", ("1 May",), (0,), (5,)),
    "bars of a month": Bars("May", "coins", tuple(map(str, range(31))), (1,) * 31, (0,) * 31),
    "bars of zeros": Bars("Zeros", "coins", LABELS, (0,) * 14, (0,) * 14),
    "bars far apart": Bars("Far", "coins", LABELS, (9_000_000_000, *[1] * 13), (*[0] * 13, 3)),
}


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGBA")


def near(one, other) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one[:3], other[:3], strict=True))


def shows(content: bytes, colour) -> bool:
    found = opened(content).getcolors(1 << 22)
    assert found is not None
    return any(count > 30 and near(pixel, colour) for count, pixel in found)


class TestPaint:
    @pytest.mark.parametrize("picture", [CHART, BARS, *ODD.values()], ids=["chart", "bars", *ODD])
    def test_draws_whatever_there_is(self, picture):
        content = PillowPainter().paint(picture)
        image = opened(content)
        assert image.width == WIDTH
        assert 400 < image.height < 1_600
        assert len(content) < 120_000

    @pytest.mark.parametrize("picture", [CHART, BARS])
    def test_is_opaque_to_its_corners(self, picture):
        image = opened(PillowPainter().paint(picture))
        low, high = image.getchannel("A").getextrema()
        assert (low, high) == (255, 255)
        for x in (0, image.width - 1):
            for y in (0, image.height - 1):
                assert near(image.getpixel((x, y)), GROUND)

    def test_the_same_is_the_same(self):
        assert PillowPainter().paint(CHART) == PillowPainter().paint(CHART)

    def test_shows_each_part_that_is_there_and_no_other(self):
        whole = PillowPainter().paint(CHART)
        assert all(shows(whole, colour) for colour in (BLUE, GREEN, ORANGE, RED))
        bare = PillowPainter().paint(replace(CHART, points=(), baseline=None, target=None, band=None, days=()))
        assert not any(shows(bare, colour) for colour in (BLUE, GREEN, ORANGE, RED))

    def test_says_that_figures_are_made_up(self):
        plain, demo = PillowPainter().paint(CHART), PillowPainter().paint(replace(CHART, demo=True))
        badge = (WIDTH - 120, 50)
        assert near(opened(plain).getpixel(badge), GROUND)
        assert near(opened(demo).getpixel(badge), ORANGE)


class TestColours:
    @pytest.mark.parametrize("colour", [BLUE, GREEN, ORANGE, RED, MUTED])
    def test_are_read_on_their_ground(self, colour):
        light, dark = (_luminance(one) + 0.05 for one in (colour, GROUND))
        assert light / dark >= 4.5

    def test_words_are_large_enough_for_a_phone(self):
        assert SMALL >= 28
        assert canvas.TEXT >= SMALL


def _luminance(colour):
    parts = [(one / 255 / 12.92) if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


class TestImport:
    def test_takes_no_pillow_before_the_first_picture(self):
        code = (
            "import sys; from adapters.pictures import PillowPainter; PillowPainter(); assert 'PIL' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


class TestScale:
    @given(st.lists(st.integers(-(10**12), 10**12), max_size=5))
    def test_holds_every_value_and_names_some(self, values):
        made = scale(values, 400)
        assert 1 <= len(made.ticks) <= 7
        assert all(0 <= made.place(value) <= 400 for value in [*values, *made.ticks])
        named = labels(made.ticks)
        assert len(set(named)) == len(named)

    def test_of_what_is_counted_has_nothing_below_zero(self):
        assert scale([0, 3], 400).low == 0

    @pytest.mark.parametrize(
        ("value", "exact", "words"),
        [(0, False, "0"), (9_999, False, "9,999"), (12_300, False, "12.3K"), (12_345_678, False, "12.3M"),
         (2_000_000, False, "2M"), (12_345_678, True, "12,345,678"), (-84, True, "−84"), (3 * 10**9, False, "3B")],
    )  # fmt: skip
    def test_numbers(self, value, exact, words):
        assert number(value, exact=exact) == words

    def test_numbers_with_decimals(self):
        assert [number(value, decimals=2) for value in (437, 450, 500, -5)] == ["4.37", "4.5", "5", "−0.05"]

    def test_steps_below_what_short_words_tell_are_written_out(self):
        assert labels((12_300_100, 12_300_200)) == ["12,300,100", "12,300,200"]


class TestWords:
    def test_keep_what_the_font_has(self):
        assert letters.written("José  Łódź \n🎬 Ñandú\u202e") == "José Łódź Ñandú"
        assert letters.written("十日間", "Challenge") == "Challenge"
        assert letters.written("Мара: שלום") == "Мара: שלום"

    @given(st.text(max_size=60), st.integers(40, 900))
    def test_never_pass_their_width(self, words, most):
        for row in letters.lines(letters.written(words), most, 46, bold=True):
            assert letters.width(row, 46, bold=True) <= most


class TestApart:
    @given(st.lists(st.integers(0, 400), max_size=3))
    def test_nothing_stands_on_anything_else(self, places):
        moved = sorted(apart(places, 84, 20, 390))
        assert all(other - one >= 84 for one, other in pairwise(moved))
        assert all(20 <= place <= 390 for place in moved)


class TestDays:
    @pytest.mark.parametrize(("days", "rows"), [(0, []), (7, [7]), (15, [15]), (16, [8, 8]), (30, [15, 15])])
    def test_stand_in_rows_that_a_phone_can_show(self, days, rows):
        found = rows_of((Mark.DONE,) * days)
        assert [len(row) for row in found] == rows
        assert all(len(row) <= A_ROW for row in found)
