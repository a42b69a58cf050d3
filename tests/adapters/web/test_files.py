"""Files in the vault: behind their link, for their hours, and then gone."""

from datetime import timedelta

import pytest

from tests.adapters.web.house import PERSON

PAGE = {**PERSON, "Accept": "text/html"}


@pytest.fixture
async def link(house):
    """The path of a file for a day."""
    url = await house.vault.keep("export ann.zip", b"PK" * 600_000, hours=24)
    assert url.startswith("https://tandem.test/files/")
    return url.removeprefix("https://tandem.test")


class TestDownload:
    async def test_gives_the_file_to_be_saved(self, house, link):
        async with house.get(f"{link}/download") as answer:
            assert await answer.read() == b"PK" * 600_000
            assert answer.headers["Content-Disposition"] == 'attachment; filename="export ann.zip"'
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Cache-Control"] == "no-store"

    async def test_the_page_before_it_says_what_it_is(self, house, link):
        async with house.get(link, headers=PAGE) as answer:
            said = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "export ann.zip" in said
        assert "1.2 MB<br>Here until 21 November 2026, 12:00 UTC" in said
        assert f'href="{link}/download"' in said

    async def test_an_awkward_name_is_made_harmless(self, house):
        url = await house.vault.keep('../a"b\r\nX: y<script>.zip', b"x", hours=1)
        async with house.get(url.removeprefix("https://tandem.test"), headers=PAGE) as answer:
            assert "<script>" not in await answer.text()
        async with house.get(url.removeprefix("https://tandem.test") + "/download") as answer:
            assert answer.headers["Content-Disposition"] == 'attachment; filename="_a_b__X_ y_script_.zip"'
            assert "X" not in answer.headers

    async def test_only_by_its_link(self, house, link):
        for path in ("/files/x", f"{link}x", f"{link[:-1]}", "/files/..%2Ftandem.db", f"{link}x/download"):
            async with house.get(path, headers=PAGE) as answer:
                assert answer.status == 400
                assert "ask for a new one" in await answer.text()

    async def test_a_link_of_another_purpose_opens_nothing(self, house):
        token = house.signer.sign("page", {"file": "x", "name": "y"}, hours=1)
        async with house.get(f"/files/{token}") as answer:
            assert answer.status == 400


class TestExpiry:
    async def test_a_link_ends_with_its_hours(self, house, link, clock):
        clock.advance(timedelta(hours=24))
        async with house.get(f"{link}/download", headers=PAGE) as answer:
            assert (answer.status, answer.content_type) == (410, "text/html")
            assert "ask for it again" in await answer.text()

    async def test_sweeping_removes_what_has_expired_and_nothing_else(self, house, link, clock, tmp_path):
        await house.vault.keep("later.zip", b"x", hours=48)
        (tmp_path / "files" / "notes.txt").write_text("somebody's own")
        assert await house.vault.sweep() == 0
        clock.advance(timedelta(hours=24))
        assert await house.vault.sweep() == 1
        assert sorted(path.name[-9:] == "notes.txt" for path in (tmp_path / "files").iterdir()) == [
            False,
            True,
        ]

    async def test_a_file_that_is_gone_is_an_expired_link(self, house, link, tmp_path):
        for path in (tmp_path / "files").iterdir():
            path.unlink()
        async with house.get(link) as answer:
            assert answer.status == 410

    async def test_sweeping_before_anything_was_kept(self, house):
        assert await house.vault.sweep() == 0

    async def test_nobody_else_on_the_machine_may_read_it(self, house, link, tmp_path):
        (path,) = (tmp_path / "files").iterdir()
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
