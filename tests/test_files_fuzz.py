"""Whatever a file holds, the loader raises ScenarioError and nothing else; what it accepts can be written out again."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.checks import loads
from sim.errors import ScenarioError
from sim.files import dump, load
from sim.files.reading import parsed_quickly, parsed_with_care, read_scenario_file

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"
TEXT = SMALL.read_text("utf-8")
PLAIN = read_scenario_file(SMALL, []).plain()
QUICK = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# fmt: off
PIECES = st.sampled_from([
    "{", "}", "[", "]", ":", ": ", ",", "- ", "\n", "  ", "&a ", "*a", "!!int ", "!", "|", "> ", "'", '"', "#", "%",
    "@", "?", "---", "...", "null", "~", "NO", "010", "12:30", "1e3", ".nan", "-", "0", "9" * 400, "\x00", "\t",
    "\u202e", "<<: ", "=", "0001-01-01", "{csv: x, column: y}", '"\\U0011FFFF"', '"\\ud800"', "{is: 1}",
    "based_on: x.yaml\n", "\x85", "\u2028", "\u2029", "\ufeff", "...\n", " # note", "k: ",
])
VALUES = st.sampled_from([
    None, True, False, 0, -1, 1, 2, 1.5, 1e-9, 1e9, 1e308, 10**17, "", "x", "NO", "2020-01-01", "2999-12-31", "berlin",
    [], [1], ["a"], ["changchun", "east", "berlin"], {}, {"is": 1}, {"is": {"is": 1}}, {"a": {"b": {}}},
    {"is": 1, "grade": "assumed", "source": "x", "range": [1, 2]}, {"low": 1, "high": 2}, {"mean": 1e9, "cv": 1e9},
    {"median": 1e-300, "p95": 1e9}, {"observed": {"csv": "x", "column": "y"}}, {"when_full": True}, {"exponential": 0},
])
# fmt: on


def survives(path: Path, data: bytes, overrides: list[str] | None = None) -> None:
    path.write_bytes(data)
    try:
        scenario = load(path, overrides=overrides or [])
    except ScenarioError as error:
        refused = error
    else:
        loads(scenario)
        path.write_text(dump(scenario), "utf-8")
        assert load(path) == scenario
        return
    assert refused.problems
    assert all(character.isprintable() or character == "\n" for character in str(refused))


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in below:
        yield (*place, step)
        yield from places(inner, (*place, step))


def read_both_ways(text: str) -> bool:
    """Whether the quick reader takes a text; if so, the careful one takes it too, and reads the same."""
    quick = parsed_quickly(text, "x.yaml")
    if quick is not None:
        assert parsed_with_care(text, "x.yaml") == quick
    return quick is not None


PLACES = st.sampled_from(list(places(PLAIN)))


@QUICK
@given(data=st.binary(max_size=80))
def test_random_bytes(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path / "x.yaml", data)


@QUICK
@given(text=st.text(max_size=80))
def test_random_text(tmp_path: Path, text: str) -> None:
    survives(tmp_path / "x.yaml", text.encode("utf-8", "surrogatepass"))


@QUICK
@given(edits=st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30), PIECES), min_size=1, max_size=5))
def test_a_scenario_with_pieces_cut_out_and_put_in(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]
    survives(tmp_path / "x.yaml", text.encode("utf-8"))


@QUICK
@given(edits=st.lists(st.tuples(PLACES, VALUES), min_size=1, max_size=2))
def test_a_scenario_with_other_values(tmp_path: Path, edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    plain = copy.deepcopy(PLAIN)
    for place, value in edits:
        holder = plain
        for step in place[:-1]:
            holder = holder[step] if isinstance(holder, dict) and step in holder else {}
        if isinstance(holder, dict):
            holder[place[-1]] = copy.deepcopy(value)
    survives(tmp_path / "x.yaml", json.dumps(plain).encode("utf-8"))


@QUICK
@given(
    place=PLACES,
    more=st.sampled_from(["", ".0", ".low", ".is", ".x.y", "."]),
    value=st.text(max_size=20) | VALUES.map(json.dumps),
)
@example(place=("disruptions", "works", "closed", "spring", "first_day"), more="", value="\ud7fc")
def test_any_setting(tmp_path: Path, place: tuple[Any, ...], more: str, value: str) -> None:
    survives(tmp_path / "x.yaml", TEXT.encode("utf-8"), [f"{'.'.join(map(str, place))}{more}={value}"])


@pytest.mark.parametrize(
    "text",
    [
        "- " * 32_000,
        "[" * 65_000,
        "a: " * 20_000,
        "? " * 30_000,
        "{a: " * 15_000,
        "'" * 65_000,
        "&a " * 20_000,
        "x: |\n" + " \n" * 30_000,
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, text: str) -> None:
    survives(tmp_path / "x.yaml", text.encode("utf-8"))


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 9))]
    path = tmp_path / "x.yaml"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ScenarioError, match="refers to an anchor"):
        load(path)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "scenarios").rglob("*.yaml")), ids=lambda path: path.stem
)
def test_shipped_files_read_the_same_both_ways(path: Path) -> None:
    assert read_both_ways(path.read_text("utf-8"))


@settings(QUICK, max_examples=1000)
@given(at=st.integers(0, len(TEXT)), pieces=st.lists(PIECES, max_size=4), cut=st.integers(0, 30))
def test_broken_files_read_the_same_both_ways(at: int, pieces: list[str], cut: int) -> None:
    read_both_ways(TEXT[:at] + "".join(pieces) + TEXT[at + cut :])


@settings(QUICK, max_examples=1000)
@given(text=st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=60)))
def test_odd_texts_read_the_same_both_ways(text: str) -> None:
    read_both_ways(text)
