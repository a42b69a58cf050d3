"""Messages survive JSON: what the outbox keeps is what it sends."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.chat import (
    Attachment,
    Bold,
    Button,
    Code,
    Facts,
    Image,
    Mention,
    Message,
    Meter,
    Moment,
    Ranking,
    Text,
    Tone,
)
from core.chat.chart import Bars, Chart, Mark
from core.chat.codec import decode, encode
from core.money import Credits
from core.people import Identity

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Z"]))
SPANS = st.one_of(
    WORDS,
    st.builds(Bold, WORDS),
    st.builds(Code, WORDS),
    st.builds(Mention, WORDS, st.none() | st.builds(Identity, WORDS, WORDS)),
    st.builds(Moment, st.just(AT), st.just("Europe/Berlin"), st.booleans()),
)
LINES = WORDS | st.lists(SPANS, max_size=3).map(tuple)
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple)
LEVELS = st.none() | st.integers()
CHARTS = st.builds(
    Chart,
    WORDS,
    WORDS,
    st.lists(st.tuples(st.just(AT), st.integers()), max_size=2).map(tuple),
    st.just(AT),
    st.just(AT + timedelta(days=7)),
    baseline=LEVELS,
    target=LEVELS,
    band=st.none() | st.tuples(st.integers(), st.integers()),
    days=st.lists(st.sampled_from(Mark), max_size=3).map(tuple),
    facts=PAIRS,
    demo=st.booleans(),
)
BARS = st.builds(Bars, WORDS, WORDS, st.just(("1", "2")), st.just((1, 0)), st.just((0, 1)), PAIRS)
PICTURES = CHARTS | BARS
BLOCKS = st.one_of(
    st.builds(Text, LINES),
    st.builds(Facts, st.lists(st.tuples(WORDS, LINES), max_size=2).map(tuple)),
    st.builds(Ranking, st.lists(LINES, max_size=2).map(tuple)),
    st.builds(Meter, WORDS, st.integers(0, 9), st.integers(0, 9)),
    st.builds(Image, st.binary(max_size=9) | WORDS | PICTURES, WORDS),
    st.builds(Attachment, WORDS, st.binary(max_size=9), WORDS),
)
BUTTONS = st.builds(Button, WORDS, st.just(("gift",)), st.dictionaries(WORDS, WORDS | st.integers(0, 9), max_size=2))
MESSAGES = st.builds(
    Message,
    st.lists(BLOCKS, max_size=3).map(tuple),
    st.sampled_from(Tone),
    st.lists(BUTTONS, max_size=2).map(tuple),
)


class TestCodec:
    @given(MESSAGES)
    def test_a_message_comes_back_as_it_was(self, message: Message):
        back = decode(json.loads(json.dumps(encode(message))))
        assert back == message
        assert isinstance(back.tone, Tone)
        for block in back.blocks:
            if isinstance(block, Image) and isinstance(block.source, Chart):
                assert all(isinstance(day, Mark) for day in block.source.days)

    def test_values_of_a_button_travel_as_the_parser_reads_them(self):
        values = {"amount": Credits(50), "to": Identity("discord", "7"), "lasts": timedelta(days=1), "_": "Message"}
        message = Message((), buttons=(Button("Give", ("gift",), values),))
        (button,) = decode(json.loads(json.dumps(encode(message)))).buttons
        assert button.values == {
            "amount": "50 credits",
            "to": {"platform": "discord", "user_id": "7"},
            "lasts": "1 d 0 s",
            "_": "Message",
        }
