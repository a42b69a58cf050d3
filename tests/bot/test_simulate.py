"""`tandem simulate`: what it prints, draws and writes, and how it refuses."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.simulate import pictures
from core.costs.rules import DOLLAR
from core.simulation.result import MonthSum, Result

ARGUMENTS = ["simulate", "--members", "60", "--months", "2", "--seed", "1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without settings."""
    monkeypatch.chdir(tmp_path)


class TestSimulate:
    def test_prints_a_table_and_what_was_assumed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(ARGUMENTS) == 0
        said = capsys.readouterr().out
        assert "60 members, 2 months, seed 1" in said
        assert "2027-02" in said
        assert "month 1: " in said
        assert "month 3" not in said, "there is no third month to compare"
        assert "Assumed: plans, top-ups and recharges are not sold yet" in said
        assert "WARNING: plan pro" in said

    def test_one_of_each_is_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["simulate", "--members", "1", "--months", "1"]) == 0
        assert "1 member, 1 month, seed 1" in capsys.readouterr().out

    def test_writes_the_same_file_each_time(self) -> None:
        for name in ("a.json", "b.json"):
            assert main([*ARGUMENTS, "--json", name]) == 0
        assert Path("a.json").read_bytes() == Path("b.json").read_bytes()
        assert json.loads(Path("a.json").read_text())["members"] == 60

    def test_draws_charts(self) -> None:
        assert main([*ARGUMENTS, "--out", "charts"]) == 0
        drawn = {path.name: path.read_bytes()[:4] for path in Path("charts").iterdir()}
        assert drawn == dict.fromkeys(("money.png", "coins.png", "profit.png"), b"\x89PNG")

    def test_a_chart_of_a_year_loses_no_dollar_by_rounding(self) -> None:
        months = tuple(MonthSum(date(2027, month, 1), revenue={"plan": DOLLAR * 9 // 10}) for month in range(1, 13))
        drawn = pictures(Result(1, 1, months, (), ()))["money.png"]
        assert (sum(drawn.gained), drawn.sides) == (12, ("revenue", "cost"))

    def test_takes_prices_from_the_settings(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("config.toml").write_text('[simulation]\npro = "45"\n')
        assert main(["--config", "config.toml", *ARGUMENTS]) == 0
        assert "plan pro" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        "rule", ["[questions]\ncheck_in_coins = 40", "[coins]\ndaily_base = 1", "[asks]\nanswer_coins = 400"]
    )
    def test_plays_by_the_rules_of_the_settings(self, rule: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(ARGUMENTS) == 0
        as_shipped = capsys.readouterr().out
        Path("config.toml").write_text(f"{rule}\n")
        assert main(["--config", "config.toml", *ARGUMENTS]) == 0
        assert capsys.readouterr().out != as_shipped

    def test_warns_of_an_answer_that_is_sold_too_low(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("config.toml").write_text("[asks]\nanswer_credits = 1\n")
        assert main(["--config", "config.toml", *ARGUMENTS]) == 0
        assert "WARNING: rate ask: a call for 1 credit brings " in capsys.readouterr().out

    def test_an_answer_that_costs_nothing_is_the_house_s(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("config.toml").write_text("[asks]\nanswer_credits = 0\n")
        assert main(["--config", "config.toml", *ARGUMENTS]) == 0
        assert "Calls: house" in capsys.readouterr().out

    def test_needs_no_database(self) -> None:
        assert main(ARGUMENTS) == 0
        assert list(Path().iterdir()) == []

    def test_a_place_that_can_not_be_written_is_told_before_the_year(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("taken").write_text("a file")
        assert main(["simulate", "--members", "1000000", "--months", "120", "--out", "taken/charts"]) == 69
        assert "could not be written" in capsys.readouterr().err

    @pytest.mark.parametrize("wrong", [["--members", "0"], ["--members", "-5"], ["--months", "121"], ["--seed", "x"]])
    def test_a_number_that_is_none_is_refused(self, wrong: list[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["simulate", *wrong])
        assert caught.value.code == 2
