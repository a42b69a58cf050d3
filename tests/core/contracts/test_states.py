"""The table in the README is the table that runs."""

from pathlib import Path

from core.contracts import states

README = Path(states.__file__).parents[1] / "challenges" / "README.md"


def test_the_readme_has_the_table() -> None:
    assert states.as_markdown() in README.read_text("utf-8")
