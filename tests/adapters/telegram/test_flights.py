"""What has left, in a file that a killed process leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.telegram import flights, limits
from adapters.telegram.flights import Departure, Flights


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "telegram-sent"


def reopened(path: Path) -> frozenset[str]:
    again = Flights(path)
    try:
        return again.open()
    finally:
        again.close()


class TestFlights:
    def test_the_first_time_nothing_has_left(self, path):
        assert reopened(path) == frozenset()

    def test_what_left_is_known_to_the_next_process(self, path):
        one = Flights(path)
        one.open()
        for key in ("telegram:1", "telegram:2"):
            Departure(one, key).left()
        assert reopened(path) == {"telegram:1", "telegram:2"}

    def test_what_came_back_has_not_left(self, path):
        one = Flights(path)
        one.open()
        departure = Departure(one, "telegram:1")
        departure.left()
        departure.came_back()
        assert reopened(path) == frozenset()
        departure.left()
        assert reopened(path) == {"telegram:1"}

    def test_what_never_left_can_not_come_back(self, path):
        one = Flights(path)
        one.open()
        Departure(one, "telegram:1").left()
        Departure(one, "telegram:1").came_back()
        assert reopened(path) == {"telegram:1"}

    def test_a_long_file_begins_anew_and_the_one_before_is_read_too(self, path, monkeypatch):
        monkeypatch.setattr(limits, "FLIGHTS_BYTES_MAX", 40)
        one = Flights(path)
        one.open()
        for number in range(9):
            Departure(one, f"telegram:{number}").left()
        left = reopened(path)
        assert "telegram:8" in left
        assert 3 <= len(left) < 9
        assert sum(file.stat().st_size for file in path.parent.iterdir()) < 2 * 40 + 20

    def test_without_a_file_nothing_is_kept(self, tmp_path):
        nowhere = Flights(None)
        assert nowhere.open() == frozenset()
        Departure(nowhere, "telegram:1").left()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
    def test_a_full_disk_stops_no_answer(self, path, caplog):
        one = Flights(path)
        one.open()
        assert one._file is not None
        with Path("/dev/full").open("wb", buffering=0) as full:
            os.dup2(full.fileno(), one._file)
        Departure(one, "telegram:1").left()
        Departure(one, "telegram:2").left()
        assert caplog.text.count("not written down") == 1
        assert reopened(path) == frozenset()

    def test_a_line_is_there_after_a_kill(self, path):
        program = (
            "import os, signal, sys; from pathlib import Path; "
            "from adapters.telegram.flights import Departure, Flights; "
            "one = Flights(Path(sys.argv[1])); one.open(); Departure(one, 'telegram:1').left(); "
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        root = Path(__file__).parents[3]
        subprocess.run([sys.executable, "-c", program, path], check=False, cwd=root, env={**os.environ})
        assert reopened(path) == {"telegram:1"}


class TestAnswering:
    def test_only_the_last_part_departs(self):
        with flights.answering(Flights(None), "telegram:1"):
            assert flights.departing() is None
            with flights.last():
                assert flights.departing() is not None
            assert flights.departing() is None

    def test_what_nobody_asked_for_does_not(self):
        with flights.last():
            assert flights.departing() is None
