"""Settings: what is read, what wins, and the one line an operator reads when something is wrong."""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import ConfigError, find, load
from bot.settings import Settings
from core.gifts.rules import GiftLimits
from core.outbox.rules import OutboxPace

ROOT = Path(__file__).parents[2]
NOTHING: Mapping[str, str] = MappingProxyType({})


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A config.toml of our own, in a folder without .env."""
    monkeypatch.chdir(tmp_path)
    return Path("config.toml")


def refusal(file: Path, text: str, environ: Mapping[str, str] = NOTHING) -> str:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, environ)
    said = str(caught.value)
    assert "\n" not in said
    return said


def leaves(section: Any, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for field in dataclasses.fields(section):
        value, here = getattr(section, field.name), (*above, field.name)
        found |= leaves(value, here) if dataclasses.is_dataclass(value) else {here: value}
    return found


def keys_in(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = set()
    for key, value in table.items():
        found |= keys_in(value, (*above, key)) if isinstance(value, dict) else {(*above, key)}
    return found


SECRETS = {where for where, value in leaves(Settings()).items() if isinstance(value, SecretStr)}


class TestShippedFiles:
    def test_config_names_every_key_and_no_other(self):
        assert keys_in(tomllib.loads((ROOT / "config.toml").read_text())) == set(leaves(Settings())) - SECRETS

    def test_config_holds_the_defaults(self):
        shipped = leaves(load(ROOT / "config.toml", NOTHING, env_file=None))
        assert shipped == leaves(Settings())

    def test_every_line_of_config_says_its_unit_or_meaning(self):
        lines = (ROOT / "config.toml").read_text().splitlines()
        bare = [line for line in lines if re.match(r"\w+ = ", line) and not re.search(r"  # \S", line)]
        assert bare == []

    def test_env_example_lists_every_secret_and_no_other(self):
        listed = re.findall(r"^(TANDEM__\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
        assert sorted(listed) == sorted("TANDEM__" + "__".join(where).upper() for where in SECRETS)

    def test_money_is_whole(self):
        plans = leaves(Settings().plans, ("plans",)).values()
        assert not [value for value in plans if isinstance(value, float)]


class TestLoad:
    def test_defaults_without_a_file(self):
        assert load(None, NOTHING, env_file=None) == Settings()

    def test_a_missing_file_means_defaults(self, file):
        assert load(file, NOTHING) == Settings()

    def test_file_over_defaults(self, file):
        file.write_text("[gifts]\ndaily_cap = 700")
        assert load(file, NOTHING).gifts == GiftLimits(daily_cap=700)

    def test_env_file_over_file(self, file):
        file.write_text("[gifts]\ndaily_cap = 700")
        Path(".env").write_text("TANDEM__GIFTS__DAILY_CAP=800\nELSEWHERE=1\n")
        assert load(file, NOTHING).gifts.daily_cap == 800

    def test_environment_over_env_file(self, file):
        Path(".env").write_text("TANDEM__GIFTS__DAILY_CAP=800\n")
        assert load(file, {"TANDEM__GIFTS__DAILY_CAP": "900"}).gifts.daily_cap == 900

    def test_a_plan_named_in_part_keeps_its_other_defaults(self, file):
        file.write_text("[plans.pro]\ncredits_a_month = 11_000")
        plans = load(file, {"TANDEM__PLANS__PREMIUM__MAY_GIVE": "no"}).plans
        assert plans.pro == dataclasses.replace(Settings().plans.pro, credits_a_month=11_000)
        assert plans.premium == dataclasses.replace(Settings().plans.premium, may_give=False)

    def test_a_secret_comes_from_the_environment_and_is_not_shown(self):
        settings = load(None, {"TANDEM__DISCORD__TOKEN": "abc"}, env_file=None)
        assert settings.discord.token.get_secret_value() == "abc"
        assert "abc" not in repr(settings)

    def test_an_empty_variable_counts_as_not_set(self):
        assert load(None, {"TANDEM__GIFTS__DAILY_CAP": ""}, env_file=None) == Settings()

    def test_a_list_in_the_file(self, file):
        file.write_text('[operator]\nowners = ["discord:1", "telegram:2"]')
        assert load(file, NOTHING).operator.owners == ("discord:1", "telegram:2")

    def test_a_time_of_day(self, file):
        file.write_text('[notices]\nquiet_from = "21:30"')
        assert load(file, NOTHING).notices.quiet_from == time(21, 30)

    def test_commas_part_a_list_in_a_variable(self):
        environ = {"TANDEM__OPERATOR__OWNERS": "discord:1, telegram:2"}
        assert load(None, environ, env_file=None).operator.owners == ("discord:1", "telegram:2")


class TestUnknownKeys:
    def test_names_the_nearest_key(self, file):
        said = refusal(file, "[gifts]\ndaily_capp = 5")
        assert said == "config.toml: [gifts] daily_capp is not a setting; did you mean daily_cap?"

    def test_lists_the_keys_when_none_is_near(self, file):
        said = refusal(file, "[demo]\nqqq = 5")
        assert said == "config.toml: [demo] qqq is not a setting; known here: enabled, url"

    def test_names_the_nearest_section(self, file):
        assert refusal(file, "[gfts]\n") == "config.toml: [gfts] is not a section; did you mean [gifts]?"

    def test_names_the_nearest_inner_section(self, file):
        said = refusal(file, "[plans.premum]\nmay_give = true")
        assert said == "config.toml: [plans.premum] is not a section; did you mean [plans.premium]?"

    def test_a_key_above_all_sections(self, file):
        said = refusal(file, "discrod = 1")
        assert said == "config.toml: discrod stands in no section; did you mean [discord]?"

    def test_a_section_given_as_a_key(self, file):
        said = refusal(file, "gifts = 5")
        assert said == "config.toml: gifts is a section; write [gifts] and its keys below"

    def test_names_the_nearest_variable(self, file):
        said = refusal(file, "", {"TANDEM__GIFTS__DAILY_CAPP": "5"})
        right = "TANDEM__GIFTS__DAILY_CAP"
        assert said == f"environment: {right}P is not a setting; did you mean {right}?"


class TestWrongValues:
    @pytest.mark.parametrize("written", ["true", '"3"', "3.0", "[3]", "{ a = 1 }"])
    def test_a_number_is_a_whole_number(self, file, written):
        said = refusal(file, f"[gifts]\nwait_days = {written}")
        assert said.startswith("config.toml: [gifts] wait_days = ")
        assert said.endswith(" is not allowed; it should be a valid integer")

    def test_names_the_bound(self, file):
        said = refusal(file, "[web]\nport = 70000")
        assert said == ("config.toml: [web] port = 70000 is not allowed; it should be less than or equal to 65535")

    def test_names_the_choices(self, file):
        said = refusal(file, '[log]\nlevel = "loud"')
        assert said.endswith("is not allowed; it should be 'debug', 'info', 'warning' or 'error'")

    def test_says_a_pattern_in_words_and_hides_the_password(self, file):
        said = refusal(file, '[database]\nurl = "mysql://me:pw@home/x"')
        assert said == (
            'config.toml: [database] url = "mysql://***@home/x" is not allowed; '
            "it should be sqlite:///path or postgresql://user@host/name"
        )

    @pytest.mark.parametrize("setting", ["privacy]\nerase_days", "plans.free]\ncredits_a_month", "schedule]\nlease_s"])
    def test_a_number_beyond_all_dates_and_amounts(self, file, setting: str):
        said = refusal(file, f"[{setting} = 99999999999999999999")
        assert said.endswith("is not allowed; it should be less than or equal to 2000000")

    @pytest.mark.parametrize("url", ["https://tandem.example/a b", "https://x/y?z", "https:///r", "tandem.example"])
    def test_a_public_url_that_nothing_fits_below(self, file, url: str):
        said = refusal(file, f'[web]\npublic_url = "{url}"')
        assert said.endswith("it should be a URL with http:// or https://, up to its path")

    @pytest.mark.parametrize("url", ["https://tandem.example/bot", "https://tandem.example/bot/"])
    def test_a_public_url_has_no_slash_at_its_end(self, file, url: str):
        # Links, hooks and the way back from a sign-in begin with one; a platform refuses an address with two.
        file.write_text(f'[web]\npublic_url = "{url}"')
        assert load(file, NOTHING).web.public_url == "https://tandem.example/bot"

    def test_a_database_for_each_connection_is_none(self, file):
        assert "sqlite:///path" in refusal(file, '[database]\nurl = "sqlite:///:memory:"')

    @pytest.mark.parametrize(
        "written",
        [
            "mysql://me:s3 cr3t@home/x",
            "me:s3cr3t@home/x",
            "mysql://home/x?password=s3cr3t",
            "mysql://x?password=a@s3cr3t",
        ],
    )
    def test_hides_the_password_however_it_is_written(self, file, written: str):
        said = refusal(file, f'[database]\nurl = "{written}"')
        assert "cr3t" not in said
        assert "***" in said

    def test_one_wrong_item_of_a_list(self, file):
        said = refusal(file, '[operator]\nowners = ["discord:1", "me"]')
        assert said.endswith('it should be a platform and an id, such as "discord:123"')

    def test_names_the_variable(self, file):
        said = refusal(file, "", {"TANDEM__SCHEDULE__TICK_S": "-1"})
        assert said == ('environment: TANDEM__SCHEDULE__TICK_S = "-1" is not allowed; it should be greater than 0')

    def test_names_the_env_file(self, file):
        Path(".env").write_text("TANDEM__DEMO__ENABLED=perhaps\n")
        assert refusal(file, "").startswith('.env: TANDEM__DEMO__ENABLED = "perhaps" is not allowed')

    def test_a_secret_in_the_file(self, file):
        said = refusal(file, '[discord]\ntoken = "abc"')
        assert said == (
            "config.toml: [discord] token is a secret; set TANDEM__DISCORD__TOKEN in the environment or .env"
        )

    def test_two_keys_that_contradict(self, file):
        said = refusal(file, "[gifts]\nonce_max = 2000")
        assert said == "config.toml: [gifts] once_max 2000 should not be over daily_cap 1000"

    def test_two_keys_that_contradict_across_sources(self, file):
        said = refusal(file, "[outbox]\nbackoff_max_s = 60", {"TANDEM__OUTBOX__BACKOFF_FIRST_S": "90"})
        assert said.startswith("config.toml with TANDEM__OUTBOX__BACKOFF_FIRST_S: [outbox] ")

    def test_no_wait_is_longer_than_the_longest(self):
        with pytest.raises(ValueError, match="should not be over"):
            OutboxPace(backoff_first_s=10, backoff_max_s=5)


PARTNER = '[[gate.offers]]\nname = "gear"\nlabel = "Gear"\n'


class TestListsOfTables:
    def test_small_costs_have_a_price(self, file):
        assert refusal(file, "[costs]\nprices = []\n").startswith("config.toml: [costs] prices should have a line")

    def test_names_the_nearest_key(self, file):
        said = refusal(file, PARTNER + 'url = "https://a.example"\nreward = true\n')
        assert said == "config.toml: [gate.offers] reward is not a setting; did you mean rewarded?"

    def test_names_what_is_missing(self, file):
        whole = 'url = "https://a.example"\n'
        said = refusal(file, PARTNER + whole + PARTNER.replace("gear", "mics"))
        assert said == "config.toml: [gate] offers, table 2: url is missing"

    def test_names_the_key_and_says_what_it_should_be(self, file):
        said = refusal(file, PARTNER + 'url = "https://a.example"\nexpected = 0.1\n')
        assert said.startswith("config.toml: [gate] offers, table 1: expected = 0.1 is not allowed; it should be doll")

    def test_what_has_no_words_is_a_sentence_all_the_same(self, file):
        said = refusal(file, PARTNER + f'url = "https://a.example"\ncommission = "{"x" * 41}"\n')
        assert said.endswith("is not allowed; it should have at most 40 characters")


class TestUnreadableFiles:
    def test_names_the_line(self, file):
        assert refusal(file, "[gifts]\ndaily_cap = = 3") == "config.toml: line 2: Invalid value"

    def test_names_the_last_line_when_something_stays_open(self, file):
        assert refusal(file, "[gifts]\n\ndaily_cap = [3").startswith("config.toml: line 3: ")

    def test_not_text(self, file):
        file.write_bytes(b"\xff")
        with pytest.raises(ConfigError, match=r"^config\.toml: can not be read: "):
            load(file, NOTHING)


class TestFind:
    def test_the_argument_wins(self, file):
        file.touch()
        Path("other.toml").touch()
        assert find("other.toml", {"TANDEM_CONFIG": "config.toml"}) == Path("other.toml")

    def test_then_the_variable(self, file):
        file.touch()
        Path("other.toml").touch()
        assert find(None, {"TANDEM_CONFIG": "other.toml"}) == Path("other.toml")

    def test_then_the_folder(self, file):
        assert find(None, NOTHING) is None
        file.touch()
        assert find(None, NOTHING) == file

    def test_a_named_file_has_to_exist(self, file):
        with pytest.raises(ConfigError, match=r"^TANDEM_CONFIG names gone\.toml, which is not a file$"):
            find(None, {"TANDEM_CONFIG": "gone.toml"})
