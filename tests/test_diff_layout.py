"""Which texts are compared as they stand, and that all others are parsed instead of guessed at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal
from support.diff_dumps import FIGURE, quad, write_layout
from support.places import ROOT

from pfocr_ld.comparing.blocks import (
    Dialect,
    UnknownLayout,
    names_graphs,
    read_line_blocks,
    read_turtle_blocks,
    subject_of,
    turtle_dialect,
)
from pfocr_ld.comparing.diff import compare_dumps
from pfocr_ld.rdf_files import read_quads
from pfocr_ld.vocabulary import SCHEMA

PREFIX = "@prefix s: <http://s/> .\n\n"

IN_LAYOUT = {
    "one line": "s:a s:p s:o .\n",
    "several predicates": '<http://s/a> a s:C, s:D ;\n\ts:p "x" , "y"@en , "z"^^s:t ;\n\ts:q 1, -2.5, 1e9, '
    "true .\n",
    "objects on lines of their own": "s:a s:p s:o ,\n\t\t<http://s/x> , s:y ;\n\ts:q s:o .\n",
    "two subjects": "s:a s:p s:o .\ns:b s:p s:o .\n",
    "a dot, a quote and a bracket in a text": "s:a s:p \"x . <y> '''z''' \\\" [1] \\\\\" .\n",
    "no final line end": "s:a s:p s:o .",
    "nothing": "",
}
NOT_IN_LAYOUT = {
    "a long string": 's:a s:p """x .\ns:b s:p s:o .\n""" .\n',
    "a string in single quotes": "s:a s:p 'x' .\n",
    "two statements on a line": "s:a s:p s:o . s:b s:p s:o .\n",
    "a comment": "s:a s:p s:o . # note\ns:b s:p s:o .\n",
    "spaces before a predicate": "s:a s:p s:o ;\n    s:q s:o .\n",
    "a predicate on the same line": "s:a s:p s:o ; s:q s:o .\n",
    "a nameless node": "s:a s:p [ s:q s:o ] .\n",
    "a labelled blank node": "_:a s:p s:o .\n",
    "a list": "s:a s:p ( s:o ) .\n",
    "an escape in an IRI": "<http://s/\\u0061> s:p s:o .\n",
    "an escape in a name": "s:a\\~b s:p s:o .\n",
    "no space before the dot": "s:a s:p s:o.\n",
    "DOS line ends": "s:a s:p s:o .\r\n",
    "a prefix half-way": "s:a s:p s:o .\n@prefix t: <http://t/> .\nt:a s:p s:o .\n",
    "a SPARQL prefix": "PREFIX t: <http://t/>\nt:a s:p s:o .\n",
    "a base": "@base <http://b/> .\n<a> s:p s:o .\n",
}


@pytest.mark.parametrize("body", IN_LAYOUT.values(), ids=IN_LAYOUT)
def test_turtle_in_the_layout_comes_apart_into_its_subjects(tmp_path: Path, body: str) -> None:
    path = tmp_path / "dump.ttl"
    path.write_text(PREFIX + body, encoding="utf-8")
    dialect = turtle_dialect(path)
    blocks = [text for batch in read_turtle_blocks(path) for text, _ in batch]
    assert "\n".join(text.decode() for text in blocks) == body.removesuffix("\n")
    for text in blocks:
        subject = subject_of(text)
        assert dialect.expand(subject) in (b"<http://s/a>", b"<http://s/b>")
        assert dialect.join(dialect.split(text, subject), subject) == text
        assert {line.split(b" ")[0] for line in dialect.parse([text])} == {dialect.expand(subject)}


@pytest.mark.parametrize("body", NOT_IN_LAYOUT.values(), ids=NOT_IN_LAYOUT)
def test_turtle_in_another_layout_is_left_to_the_parser(tmp_path: Path, body: str) -> None:
    path = tmp_path / "dump.ttl"
    path.write_bytes((PREFIX + body).encode())
    with pytest.raises(UnknownLayout):
        list(read_turtle_blocks(path))
    same = tmp_path / "same.ttl"
    same.write_bytes((PREFIX + "\n" + body).encode())
    if "[" not in body and "(" not in body:  # nodes without a name are new ones each time they are read
        assert compare_dumps(path, same, workers=1).changes.empty


@pytest.mark.slow
def test_what_export_writes_is_in_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "seeds.ttl"
    root = ROOT
    command = [sys.executable, "-m", "pfocr_ld", "export", "seeds", "-q", "-o", str(path)]
    subprocess.run(command, cwd=root, check=True)
    blocks = [block for batch in read_turtle_blocks(path) for block in batch]
    subjects = [turtle_dialect(path).expand(subject) for _, subject in blocks]
    graph = {str(each.subject).encode() for each in read_quads(path)}
    assert len(subjects) == len(set(subjects))
    assert set(subjects) == graph


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_literal_leaves_the_layout(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("layout") / "dump.ttl"
    write_layout(path, [quad(FIGURE, SCHEMA.name, Literal(text)), quad(FIGURE, SCHEMA.url, FIGURE)])
    ((block, subject),) = [block for batch in read_turtle_blocks(path) for block in batch]
    assert block.startswith(subject + b" schema:name ")


LINES = {
    "plain": (
        '<http://s/a> <http://p> "x" .\n<http://s/a> <http://q> <http://o> .\n_:b <http://p> "y" .\n',
        True,
    ),
    "a comment": ("# note\n<http://s/a> <http://p> <http://o> .\n", False),
    "an empty line": ("<http://s/a> <http://p> <http://o> .\n\n", False),
    "an indent": ("  <http://s/a> <http://p> <http://o> .\n", False),
    "a tab": ("<http://s/a>\t<http://p> <http://o> .\n", False),
    "an escape in a subject": ("<http://s/\\u0061> <http://p> <http://o> .\n", False),
    "an escape in a predicate": ("<http://s/a> <http://\\u0070> <http://o> .\n", False),
}


@pytest.mark.parametrize(("text", "plain"), LINES.values(), ids=LINES)
def test_lines_are_taken_as_they_stand_if_they_are_plain(tmp_path: Path, text: str, plain: bool) -> None:
    path = tmp_path / "dump.nt"
    path.write_text(text, encoding="utf-8")
    if plain:
        blocks = [block for batch in read_line_blocks(path) for block in batch]
        assert [subject for _, subject in blocks] == [b"<http://s/a>", b"_:b"]
        assert Dialect("lines", path).parse([text for text, _ in blocks]) == set(text.encode().splitlines())
    else:
        with pytest.raises(UnknownLayout):
            list(read_line_blocks(path))


def test_the_same_prefix_for_another_namespace_is_not_the_same_text(tmp_path: Path) -> None:
    for name, namespace in (("old", "http://one/"), ("new", "http://two/")):
        (tmp_path / f"{name}.ttl").write_text(
            f"@prefix s: <{namespace}> .\n\ns:a s:p s:o .\n", encoding="utf-8"
        )
    changes = compare_dumps(tmp_path / "old.ttl", tmp_path / "new.ttl", workers=1).changes
    assert changes.statements == {"added": 1, "removed": 1}


def test_another_table_of_prefixes_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "old.ttl").write_text(PREFIX + "<http://t/a> s:p <http://t/o> .\n", encoding="utf-8")
    (tmp_path / "new.ttl").write_text(
        "@prefix t: <http://t/> .\n" + PREFIX + "t:a s:p t:o .\n", encoding="utf-8"
    )
    assert compare_dumps(tmp_path / "old.ttl", tmp_path / "new.ttl", workers=1).changes.empty


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.nq", "<http://s> <http://p> <http://o> <http://g> .\n", True),
        ("a.nq", "<http://s> <http://p> <http://o> .\n", False),
        ("a.nq", "", False),
        ("a.trig", "<http://g> { <http://s> <http://p> <http://o> }", True),
        ("a.ttl", "<http://s> <http://p> <http://o> .", False),
    ],
)
def test_the_first_statement_tells_whether_graphs_are_named(
    tmp_path: Path, name: str, text: str, expected: bool
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert names_graphs(tmp_path / name) is expected
