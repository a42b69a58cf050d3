"""The rules that the OpenAPI file leaves out, one breach each, and the largest thing that keeps them."""

import pytest

from tests.fakes.discord.errors import nested
from tests.fakes.discord.limits import choice_faults, is_empty, message_faults, modal_faults
from tests.fakes.discord.rates import Rates


def button(name="b", **more):
    return {"type": 2, "style": 1, "label": "Go", "custom_id": name, **more}


def link(**more):
    return {"type": 2, "style": 5, "label": "Go", "url": "https://example.org", **more}


def row(*children):
    return {"type": 1, "components": list(children)}


def select(name="s", count=1, **more):
    options = [{"label": f"L{n}", "value": f"v{n}"} for n in range(count)]
    return {"type": 3, "custom_id": name, "options": options, **more}


def text(words="x"):
    return {"type": 10, "content": words}


def section(*texts, accessory):
    return {"type": 9, "components": list(texts), "accessory": accessory}


def container(*children):
    return {"type": 17, "components": list(children)}


def label(component, **more):
    return {"type": 18, "label": "Field", "component": component, **more}


def written(name="t", **more):
    return {"type": 4, "style": 1, "custom_id": name, **more}


def modal(*components, **more):
    return {"title": "Form", "custom_id": "f", "components": list(components), **more}


def codes(faults):
    return {code for _, code, _ in faults}


class TestNested:
    def test_puts_errors_at_the_leaves(self):
        faults = [(("data", "components", 0, "label"), "CODE", "words")]
        leaf = {"_errors": [{"code": "CODE", "message": "words"}]}
        assert nested(faults) == {"data": {"components": {"0": {"label": leaf}}}}


class TestMessage:
    @pytest.mark.parametrize(
        "body",
        [
            {"content": "x" * 2000},
            {"embeds": [{"title": "x" * 256, "description": "x" * 4096}] + [{"title": "x" * 100}] * 9},
            {"components": [row(*(button(f"{r}{b}") for b in range(5))) for r in range(5)]},
            {"components": [row(select(count=25))]},
            {"components": [row(link(url="https://example.org/".ljust(512, "x")))]},
        ],
        ids=["content", "embeds", "buttons", "select", "link"],
    )
    def test_allows_the_largest(self, body):
        assert message_faults(body, v2=False) == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"title": "x"}] * 11}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"title": "x" * 257}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"description": "x" * 4097}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"fields": [{"name": "x" * 257, "value": "v"}]}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "BASE_TYPE_REQUIRED"),
            ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"author": {"name": "x" * 257}}]}, "BASE_TYPE_MAX_LENGTH"),
            ({"embeds": [{"description": "x" * 3001}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
            ({"components": [row(button(str(n))) for n in range(6)]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(*(button(str(n)) for n in range(6)))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row()]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(select("a"), select("b"))]}, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
            ({"components": [row(button(), select())]}, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
            ({"components": [row(button(), button())]}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
            ({"components": [row(button("x" * 101))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(button(""))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(button(None))]}, "BASE_TYPE_REQUIRED"),
            ({"components": [row(button(label="x" * 81))]}, "BASE_TYPE_MAX_LENGTH"),
            ({"components": [row(button(label=""))]}, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
            ({"components": [row(link(url="x" * 513))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(link(custom_id="x"))]}, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
            ({"components": [row(select(count=26))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(select(count=0))]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [row(select(placeholder="x" * 151))]}, "BASE_TYPE_MAX_LENGTH"),
            ({"components": [row(select(max_values=2))]}, "NUMBER_TYPE_MAX"),
            (
                {"components": [row(select(options=[{"label": "x" * 101, "value": "v"}]))]},
                "BASE_TYPE_BAD_LENGTH",
            ),
            (
                {"components": [row(select(options=[{"label": "x", "value": "v" * 101}]))]},
                "BASE_TYPE_BAD_LENGTH",
            ),
            (
                {"components": [row(select(options=[{"label": "x", "value": "v", "description": "x" * 101}]))]},
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                {"components": [row(select(options=[{"label": "x", "value": "v"}] * 2))]},
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            ),
            ({"components": [text()]}, "UNION_TYPE_CHOICES"),
            ({"components": [row(text())]}, "UNION_TYPE_CHOICES"),
        ],
    )
    def test_refuses(self, body, code):
        assert code in codes(message_faults(body, v2=False))

    def test_names_the_place_and_the_words(self):
        fault = message_faults({"components": [text()]}, v2=False)[0]
        assert fault == (
            ("components", 0, "type"),
            "UNION_TYPE_CHOICES",
            'Value of field "type" must be one of (1,).',
        )

    @pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": None, "embeds": [], "components": []}])
    def test_is_empty_without_anything_to_see(self, body):
        assert is_empty(body, files=0)
        assert not is_empty(body, files=1)


class TestLayout:
    @pytest.mark.parametrize(
        "components",
        [
            [text()] * 40,
            [text("x" * 4000)],
            [container(text(), section(text(), text(), text(), accessory=button()), row(select()))],
        ],
        ids=["components", "text", "nested"],
    )
    def test_allows_the_largest(self, components):
        assert message_faults({"components": components}, v2=True) == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"components": [text()] * 41}, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
            ({"components": [container(*[text()] * 40)]}, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
            (
                {"components": [text("x" * 2001), container(text("x" * 2000))]},
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            ),
            ({"components": [text("")]}, "BASE_TYPE_BAD_LENGTH"),
            (
                {"content": "x", "components": [text()]},
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            ),
            (
                {"embeds": [{"title": "x"}], "components": [text()]},
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            ),
            (
                {"poll": {"question": {}}, "components": [text()]},
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            ),
            (
                {"sticker_ids": ["1"], "components": [text()]},
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            ),
            ({"components": [button()]}, "UNION_TYPE_CHOICES"),
            ({"components": [container(container(text()))]}, "UNION_TYPE_CHOICES"),
            ({"components": [container()]}, "BASE_TYPE_REQUIRED"),
            ({"components": [section(*[text()] * 4, accessory=button())]}, "BASE_TYPE_BAD_LENGTH"),
            ({"components": [section(text(), accessory=select())]}, "UNION_TYPE_CHOICES"),
            ({"components": [{"type": 12, "items": []}]}, "BASE_TYPE_BAD_LENGTH"),
            (
                {"components": [section(text(), accessory=button("a")), container(row(button("a")))]},
                "COMPONENT_CUSTOM_ID_DUPLICATED",
            ),
            ({"components": [{**text(), "id": 1}, {**text(), "id": 1}]}, "COMPONENT_ID_DUPLICATED"),
            (
                {"components": [{"type": 13, "file": {"url": "attachment://a.png"}}]},
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            ),
        ],
    )
    def test_refuses(self, body, code):
        assert code in codes(message_faults(body, v2=True))


class TestModal:
    @pytest.mark.parametrize(
        "body",
        [
            modal(*(label(written(str(n))) for n in range(5))),
            modal(row(written(label="x" * 45)), text()),
            modal(
                label(written(max_length=4000, placeholder="x" * 100), label="x" * 45),
                title="x" * 45,
                custom_id="x" * 100,
            ),
            modal(label(select(count=25)), label({"type": 5, "custom_id": "who"})),
        ],
    )
    def test_allows_the_largest(self, body):
        assert modal_faults(body) == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (modal(label(written()), title="x" * 46), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(written()), title=""), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(written()), custom_id="x" * 101), "BASE_TYPE_BAD_LENGTH"),
            (modal(), "BASE_TYPE_BAD_LENGTH"),
            (modal(*(label(written(str(n))) for n in range(6))), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(written()), label(written())), "COMPONENT_CUSTOM_ID_DUPLICATED"),
            (modal(label(written(), label="x" * 46)), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(written(), description="x" * 101)), "BASE_TYPE_MAX_LENGTH"),
            (modal(label(written(placeholder="x" * 101))), "BASE_TYPE_MAX_LENGTH"),
            (modal(label(written(value="x" * 4001))), "BASE_TYPE_MAX_LENGTH"),
            (modal(label(written(max_length=4001))), "NUMBER_TYPE_MAX"),
            (modal(label(written(min_length=5, max_length=4))), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(button())), "UNION_TYPE_CHOICES"),
            (modal(row(select())), "UNION_TYPE_CHOICES"),
            (modal(row(written())), "BASE_TYPE_REQUIRED"),
            (modal(row(written(label="a"), written("u", label="b"))), "BASE_TYPE_BAD_LENGTH"),
            (modal(label(select(count=26))), "BASE_TYPE_BAD_LENGTH"),
            (modal(container(text())), "UNION_TYPE_CHOICES"),
        ],
    )
    def test_refuses(self, body, code):
        assert code in codes(modal_faults(body))


class TestChoices:
    def test_allows_25(self):
        assert choice_faults({"choices": [{"name": "x" * 100, "value": "x" * 100}] * 25}) == []

    @pytest.mark.parametrize(
        "choices",
        [
            [{"name": "x", "value": "x"}] * 26,
            [{"name": "", "value": "x"}],
            [{"name": "x" * 101, "value": "x"}],
            [{"name": "x", "value": "x" * 101}],
        ],
    )
    def test_refuses(self, choices):
        assert choice_faults({"choices": choices})


class TestWindow:
    def test_opens_again_when_it_ends(self):
        now = [0.0]
        rates = Rates(1, now=lambda: now[0])
        verdicts = [rates.judge("channel", "1", exempt=False).limited for _ in range(6)]
        assert verdicts[:5] == [None] * 5
        assert verdicts[5] is not None
        assert verdicts[5]["retry_after"] == 5.0
        now[0] = 5.0
        assert rates.judge("channel", "1", exempt=False).limited is None

    def test_is_of_one_place(self):
        rates = Rates(1, now=lambda: 0.0)
        for _ in range(5):
            rates.judge("channel", "1", exempt=False)
        assert rates.judge("channel", "2", exempt=False).limited is None
