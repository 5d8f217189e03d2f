"""The corpus of wrong scenarios: each file in tests/wrong says in its first lines what must be said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.files import load

CORPUS = sorted((Path(__file__).parent / "wrong").glob("[!_]*.yaml"))
MARK = "# expect: "
SEVERAL = {"alias", "no_value", "number_without_fact", "season_backwards", "two_at_once"}
"""Files that have more than the one problem."""


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_says_what_the_file_expects_and_nothing_else(path: Path) -> None:
    expected = [line.removeprefix(MARK) for line in path.read_text("utf-8").splitlines() if line.startswith(MARK)]
    said = refusal(path)
    assert expected
    for text in expected:
        assert text in said
    assert (" has 1 problem:\n" in said) == (path.stem not in SEVERAL)


def test_the_corpus_is_based_on_a_scenario_with_nothing_wrong() -> None:
    load(CORPUS[0].parent / "_small.yaml")


def test_the_message_has_the_form_of_the_guide(tmp_path: Path) -> None:
    small = (CORPUS[0].parent / "_small.yaml").read_text("utf-8")
    path = tmp_path / "2030.yaml"
    small = small.replace("outbound: {checks_h: 12}", "outbound: {check_hours: 12}")
    path.write_text(small.replace("[changchun, east, manzhouli,", "[changchun, east, border,"), "utf-8")
    assert refusal(path) == (
        f"{path} has 2 problems:\n"
        "  - line 15, nodes.manzhouli.outbound.check_hours: no such key. Did you mean 'checks_h'?\n"
        "  - line 38, services.west_out.route: there is no node 'border'. Nodes: berlin, brest, changchun, manzhouli."
    )


def test_a_problem_in_the_base_names_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("name: x\nseed: -1\n", "utf-8")
    path = tmp_path / "over.yaml"
    path.write_text("based_on: base.yaml\nperiod: 5\n", "utf-8")
    said = refusal(path).splitlines()
    assert said[1].startswith("  - line 1, nodes: is missing.")
    assert f"  - line 2, seed: must be at least 0; it is -1. ({tmp_path / 'base.yaml'})" in said
    assert (
        "  - line 2, period: needs keys of its own; 5 is a number. Keys here: first_day, last_day, warm_up_days."
        in said
    )
