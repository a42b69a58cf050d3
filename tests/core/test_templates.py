"""Every shipped template is read by its model, and a wrong file is told in one line that names file and field."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from core.assistant.prepared import Answer
from core.contracts.catalogue import Challenge
from core.questions.commands import COMMANDS
from core.questions.questionnaires import QUESTIONNAIRES, TAKEN, Questionnaire
from core.questions.rules import QuestionRules, check_in, limits
from core.simulation.behaviours import Behaviour
from core.templates import TEMPLATES, Part, Template, TemplateError, load

SHIPPED: dict[str, type[Template]] = {
    "answers": Answer,
    "challenges": Challenge,
    "questionnaires": Questionnaire,
    "simulation": Behaviour,
}
"""Folders and who reads them: a new kind of template is one more."""


class Petal(Part):
    colour: Annotated[str, Field(max_length=6)]


class Flower(Template):
    height: int
    petals: tuple[Petal, ...] = ()


def refusal(folder: Path) -> str:
    with pytest.raises(TemplateError) as caught:
        load("flowers", Flower, root=folder)
    said = caught.value.text
    assert "\n" not in said
    assert len(said) <= 200
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flowers").mkdir()
    return tmp_path


def grow(folder: Path, name: str, text: str) -> None:
    (folder / "flowers" / name).write_text(text, encoding="utf-8")


class TestShipped:
    def test_every_folder_has_a_reader(self):
        assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(SHIPPED)

    @pytest.mark.parametrize("name", SHIPPED)
    def test_every_file_is_read(self, name: str):
        files = sorted(path.stem for path in (TEMPLATES / name).iterdir())
        assert [template.name for template in load(name, SHIPPED[name])] == files

    @pytest.mark.parametrize("name", SHIPPED)
    def test_every_file_says_who_reads_it_in_the_readme(self, name: str):
        assert f"`{name}`" in (TEMPLATES / "README.md").read_text(encoding="utf-8")


class TestQuestionnaires:
    def test_are_on_the_themes_that_were_promised(self):
        assert {"struggles", "fears", "goals", "bottlenecks", "audience"} <= {one.name for one in QUESTIONNAIRES}

    @pytest.mark.parametrize("one", QUESTIONNAIRES, ids=lambda one: one.name)
    def test_can_be_left_half_said(self, one: Questionnaire):
        assert any(not question.required for question in one.questions)
        required = [question.required for question in one.questions]
        assert required == sorted(required, reverse=True), "what is optional comes last, as forms ask it"

    @pytest.mark.parametrize("name", sorted(TAKEN))
    def test_do_not_take_the_name_of_what_is_beside_them(self, name: str, tmp_path: Path):
        (tmp_path / "questionnaires").mkdir()
        text = QUESTIONNAIRES[0].model_dump_json(exclude={"name"})
        (tmp_path / "questionnaires" / f"{name}.json").write_text(text, encoding="utf-8")
        with pytest.raises(TemplateError, match=rf"{name}\.json: .*{name} is taken"):
            load("questionnaires", Questionnaire, root=tmp_path)

    def test_their_taken_names_are_those_of_the_room(self):
        beside = {command.path[1] for command in COMMANDS if command.path[0] == "questions"}
        tasks = {check_in(QuestionRules()).name, limits(QuestionRules()).name}
        assert (beside | tasks) - {one.name for one in QUESTIONNAIRES} == TAKEN


class TestLoad:
    def test_reads_json_and_toml_by_their_names(self, folder: Path):
        grow(folder, "rose.json", '{"height": 60, "petals": [{"colour": "red"}]}')
        grow(folder, "aster.toml", 'height = 30\n[[petals]]\ncolour = "blue"\n')
        aster, rose = load("flowers", Flower, root=folder)
        assert (aster.name, aster.petals[0].colour) == ("aster", "blue")
        assert (rose.name, rose.height) == ("rose", 60)

    def test_what_was_read_can_not_be_changed(self, folder: Path):
        grow(folder, "rose.json", '{"height": 60}')
        (rose,) = load("flowers", Flower, root=folder)
        with pytest.raises(ValueError, match="frozen"):
            rose.height = 1

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            ("rose.json", "{", "flowers/rose.json: Expecting"),
            ("rose.toml", "height", "flowers/rose.toml: "),
            ("rose.json", "[]", "everything else stands in one table"),
            ("rose.json", '{"name": "rose", "height": 1}', "name: is the file's own"),
            ("rose.json", "{}", "flowers/rose.json: height: Field required"),
            ("rose.json", '{"height": "60"}', "height: Input should be a valid integer"),
            ("rose.json", '{"height": 1, "smell": "sweet"}', "smell: Extra inputs are not permitted"),
            ("rose.json", '{"height": 1, "petals": [{"colour": "vermilion"}]}', "petals.0.colour: String should have"),
            ("Rose.json", '{"height": 1}', "name: String should match pattern"),
            ("rose.yaml", "height: 1", "neither .json nor .toml"),
        ],
    )
    def test_names_file_and_field(self, folder: Path, name: str, text: str, says: str):
        grow(folder, name, text)
        assert says in refusal(folder)

    def test_of_something_unreadable_says_so(self, folder: Path):
        (folder / "flowers" / "rose.json").write_bytes(b"\xff\xfe\x00")
        assert "flowers/rose.json" in refusal(folder)

    def test_of_an_empty_folder_says_so(self, folder: Path):
        assert "there is no template" in refusal(folder)
