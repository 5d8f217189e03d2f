"""Bytes become values with their lines, or a refusal: encodings, what YAML allows and a scenario does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.files import load, scenario_hash
from sim.files.reading import MOST_BYTES, parse
from sim.files.scalars import cure, is_ambiguous, meaning
from sim.files.written import Written

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value)


def wrong(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return refusal(path)


@pytest.mark.parametrize(
    "encoded",
    [
        b"\xef\xbb\xbf" + SMALL.read_bytes(),
        SMALL.read_text("utf-8").encode("utf-16"),
        b"\xfe\xff" + SMALL.read_text("utf-8").encode("utf-16-be"),
        SMALL.read_bytes().replace(b"\n", b"\r\n"),
        b"# a comment\n\n" + SMALL.read_bytes(),
    ],
    ids=["utf-8 with BOM", "utf-16 of this machine", "utf-16 big endian", "CRLF", "comment"],
)
def test_the_way_of_saving_makes_no_difference(tmp_path: Path, encoded: bytes) -> None:
    path = tmp_path / "场景 一.yaml"
    path.write_bytes(encoded)
    assert load(path) == load(SMALL)
    assert scenario_hash(load(path)) == scenario_hash(load(SMALL))


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    said = wrong(tmp_path / "x.yaml", "seed: 1\nname: café\n".encode("latin-1"))
    assert "line 2, the file: is not UTF-8. Save it as UTF-8 in your editor." in said


@pytest.mark.parametrize("data", [b"a: 1\nb: \x00\n", b"a: 1\nb: \x1b[31m\n", b"\xff\xfe\x00\x00a\x00\x00\x00"])
def test_control_characters_are_refused(tmp_path: Path, data: bytes) -> None:
    said = wrong(tmp_path / "x.yaml", data)
    assert "the file: has a character that cannot be seen, U+00" in said
    assert "\x1b" not in said
    assert f"line {2 if b'b' in data else 1}, " in said


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    comment = b"#" * (MOST_BYTES - len(SMALL.read_bytes()) - 1) + b"\n"
    path = tmp_path / "x.yaml"
    path.write_bytes(SMALL.read_bytes() + comment)
    load(path)
    assert "the file: is larger than 64 KiB." in wrong(path, SMALL.read_bytes() + comment + b"\n")
    assert load(path, most_kib=65) == load(SMALL)


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    assert "the file: is not a file." in refusal(tmp_path)
    (tmp_path / "there.yaml").touch()
    assert "the file: does not exist. There are: there.yaml." in refusal(tmp_path / "their.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is not a file" in refusal(tmp_path / "pipe.yaml")
    (tmp_path / "x.yaml").write_text("based_on: pipe.yaml\n", "utf-8")
    assert "names 'pipe.yaml', which is a link, or not a file." in refusal(tmp_path / "x.yaml")


def test_values_remember_their_lines() -> None:
    tree = parse("a: 1\nb:\n  c: {d: 2,\n    e: [3,\n 4]}\n", "x.yaml", [])
    lines = {place: tree.nearest(place)[1].line for place in [("a",), ("b", "c"), ("b", "c", "e"), ("b", "c", "e", 1)]}
    assert lines == {("a",): 1, ("b", "c"): 3, ("b", "c", "e"): 4, ("b", "c", "e", 1): 5}
    assert tree.nearest(("b", "x", "y"))[0] == ("b",)
    assert tree.plain() == {"a": 1, "b": {"c": {"d": 2, "e": [3, 4]}}}


def test_all_problems_of_a_text_are_collected() -> None:
    problems: list[Problem] = []
    parse("a: !x 1\nb: &y 2\n2019: 3\n", "x.yaml", problems)
    assert [problem.line for problem in problems] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("true", True), ("False", False),
        ("0", 0), ("-5", -5), ("+7", 7), ("1.5", 1.5), (".5", 0.5), ("2.", 2.0), ("1.5e+3", 1500.0), ("1.0e-05", 1e-5),
        ("x", "x"), ("yes", "yes"), ("NO", "NO"), ("010", "010"), ("12:30", "12:30"), ("1_000", "1_000"),
        ("1e3", "1e3"), ("10,246", "10,246"), (".inf", ".inf"), ("0x1F", "0x1F"), ("2020-01-01", "2020-01-01"),
        ("9" * 400, "9" * 400),
        ("1.0e+999", "1.0e+999"),
    ],
)  # fmt: skip
def test_what_a_text_without_quotes_means(text: str, value: object) -> None:
    found = meaning(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("NO", "write true or false"), ("010", "write 10."), ("-007", "write -7."), ("12:30", "12.5"),
        ("1e3", "write 1000."), ("1E-3", "write 0.001."), ("1e999", "all digits"), ("1_000", "write 1000."),
        ("10,246", "write 10246."), ("1,234.5", "write 1234.5."), (".nan", "must be finite"), ("inf", "no limit"),
        ("unlimited", "no limit"), ("25 %", "0.25"), ("36 h", "unit is in the key"), ("36h", "unit is in the key"),
        ("0x1F", "decimals"), ("9" * 30, "too many digits"), ("changchun", ""), ("2020-01-01", ""),
    ],
)  # fmt: skip
def test_what_to_write_instead_of_what_looks_like_a_number(text: str, advice: str) -> None:
    assert advice in cure(text)
    assert bool(cure(text)) == bool(advice)


def test_dates_and_plain_words_need_no_quotes() -> None:
    assert [
        text for text in ("2020-01-01", "Berlin", "长春", "20ft", "nan", "yes", "2019", "1:30") if is_ambiguous(text)
    ] == [
        "yes",
        "2019",
        "1:30",
    ]


def test_a_problem_can_be_shown_on_any_terminal() -> None:
    problem = Written(None, "x.yaml", 3).problem(("a\x1b[31m", "\u202eb", "c" * 100), "is wrong.")
    assert str(problem) == f"line 3, a\\u001b[31m.\\u202eb.{'c' * 64}…: is wrong."
