"""Logs keep no member id and nobody's words, whatever is logged and by whom."""

import json
import logging

import pytest
import structlog

from bot.logging import configure, redact

SALT = b"tests"


def redacted(salt=SALT, **event):
    return redact(salt)(None, "info", event)


class TestRedact:
    @pytest.mark.parametrize("name", ["member", "member_id", "from_member", "identity", "actor"])
    def test_hashes_who(self, name):
        said = redacted(**{name: "discord:123"})[name]
        assert "123" not in said
        assert len(said) == 16

    def test_one_member_has_one_hash(self):
        assert redacted(member=7) == redacted(member="7")
        assert redacted(member=7) != redacted(member=8)

    def test_another_salt_is_another_hash(self):
        assert redacted(member=7) != redacted(member=7, salt=b"other")

    def test_takes_a_salt_of_any_length(self):
        assert redacted(member=7, salt=b"x" * 100) != redacted(member=7, salt=b"x" * 101)

    @pytest.mark.parametrize("name", ["text", "message_text"])
    def test_drops_words(self, name):
        assert redacted(event="said", **{name: "private"}) == {"event": "said"}

    def test_looks_inside(self):
        said = redacted(values={"text": "private", "members": 3, "pairs": [{"member": 7}]}, member=[7, None])
        assert said == {
            "values": {"members": 3, "pairs": [{"member": redacted(member=7)["member"]}]},
            "member": [redacted(member=7)["member"], None],
        }

    def test_leaves_the_rest(self):
        assert redacted(event="posted", amount=5, members=2, place=None) == {
            "event": "posted",
            "amount": 5,
            "members": 2,
            "place": None,
        }


class TestConfigure:
    def test_json_is_one_object_a_line(self, capsys):
        configure("info", "json", salt=SALT)
        structlog.get_logger().info("posted", member="m1", text="private", amount=5)
        line = json.loads(capsys.readouterr().err)
        assert line.pop("timestamp").endswith("Z")
        hashed = redacted(member="m1")["member"]
        assert line == {"event": "posted", "level": "info", "member": hashed, "amount": 5}

    def test_bound_context_is_redacted_too(self, capsys):
        configure("info", "json", salt=SALT)
        with structlog.contextvars.bound_contextvars(member="m1"):
            structlog.get_logger().info("posted")
        assert json.loads(capsys.readouterr().err)["member"] == redacted(member="m1")["member"]

    def test_keeps_below_the_level_quiet(self, capsys):
        configure("warning", "console", salt=SALT)
        structlog.get_logger().info("posted")
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize("fmt", ["console", "json"])
    def test_a_trace_shows_no_local_variables(self, capsys, fmt):
        configure("info", fmt, salt=SALT)
        words = "private"
        try:
            raise RuntimeError(str(len(words)))
        except RuntimeError:
            structlog.get_logger().exception("failed")
        said = capsys.readouterr().err
        assert "RuntimeError: 7" in said
        assert "private" not in said

    def test_libraries_are_heard_from_a_warning_on(self, capsys):
        configure("debug", "json", salt=SALT)
        library = logging.getLogger("some.library")
        library.info("payload")
        library.warning("slow")
        line = json.loads(capsys.readouterr().err)
        assert (line["event"], line["level"]) == ("slow", "warning")
