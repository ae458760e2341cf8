"""The notebook in ``examples/``: its cells run one after another, as a person would run them."""

from __future__ import annotations

import ast
import json
import warnings
from typing import Any

import pytest
from support.places import ROOT

pytestmark = pytest.mark.slow

TOUR = ROOT / "examples" / "tour.ipynb"


def read_cells() -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(TOUR.read_text(encoding="utf-8"))["cells"]
    return cells


def run_cell(source: str, names: dict[str, Any]) -> object:
    """Run a cell, and return the value of its last line where that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return (
        eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        if isinstance(last, ast.Expr)
        else None
    )


def test_the_tour_runs_from_records_to_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    pytest.importorskip("networkx")
    pytest.importorskip("pandas")
    matplotlib.use("agg")
    monkeypatch.chdir(TOUR.parent)
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a plot that is not shown
        shown = [
            run_cell("".join(cell["source"]), names) for cell in read_cells() if cell["cell_type"] == "code"
        ]
    assert len(names["dataset"].figures()) == 2
    assert int(names["trend"]["figures"].sum()) == 1
    assert names["axes"].get_title() == "Figures that mention JAK1"
    assert set(names["network"]) == set(names["genes"])
    assert names["network"].number_of_edges() == len(names["pairs"]) > 10
    assert "PMC6966445" in str(shown[-2])
    assert len(read_cells()) == 10


def test_the_tour_is_kept_without_what_it_showed() -> None:
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in read_cells())
