"""What a change of statements is told to mean, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, Quad
from support.diff_dumps import FIGURE, GENE, MENTION, PAPER, SECOND, quad, write_layout

from pfocr_ld.comparing.changes import Changes, Comparison
from pfocr_ld.comparing.diff import compare_dumps
from pfocr_ld.comparing.page import LISTED, render_json, render_markdown, render_text
from pfocr_ld.vocabulary import PFOCR, RDF, SCHEMA

ORGANISM = f"{FIGURE}#organism-9606"
NAMES = [quad(FIGURE, SCHEMA.name, Literal("TNF")), quad(GENE, SCHEMA.name, Literal("IL6"))]
BASE = [
    quad(FIGURE, RDF.type, PFOCR.PathwayFigure),
    quad(FIGURE, RDF.type, SCHEMA.Dataset),
    quad(FIGURE, PFOCR.hasMention, MENTION),
    quad(PAPER, RDF.type, SCHEMA.ScholarlyArticle),
    quad(MENTION, RDF.type, PFOCR.GeneMention),
    quad(MENTION, PFOCR.lexicon, PFOCR.hgnc_symbol),
    quad(MENTION, PFOCR.occurrences, Literal(1)),
    quad(ORGANISM, RDF.type, PFOCR.OrganismMatch),
    quad(GENE, RDF.type, SCHEMA.Gene),
    *NAMES,
]


def mention(kind: str, lexicon: str | None, name: str = "m") -> list[Quad]:
    iri = f"{FIGURE}#{name}"
    quads = [quad(iri, RDF.type, kind), quad(FIGURE, PFOCR.hasMention, iri)]
    return quads + ([quad(iri, PFOCR.lexicon, lexicon)] if lexicon else [])


def changed_figure(iri: str = FIGURE, **what: Any) -> dict[str, Any]:
    mentions = dict.fromkeys(("added", "removed", "changed"), 0) | what.get("mentions", {})
    return {
        "iri": iri,
        "mentions": mentions,
        "properties": what.get("properties", []),
        "parts": what.get("parts", False),
    }


# what is added to the base → what the JSON says then; taken away again it says the reverse
CASES: dict[str, tuple[list[Quad], dict[str, Any]]] = {
    "a figure": (
        [
            quad(SECOND, RDF.type, PFOCR.PathwayFigure),
            quad(SECOND, RDF.type, SCHEMA.Dataset),
            quad(SECOND, SCHEMA.name, Literal('"B" [x]\nline')),
            quad(f"{SECOND}#gene-1", RDF.type, PFOCR.GeneMention),
            quad(f"{SECOND}#gene-1", PFOCR.lexicon, PFOCR.famplex_relations),
        ],
        {
            "figures.added": [{"iri": SECOND, "name": '"B" [x]\nline'}],
            "figures.changed": [],
            "mentions.gene.added.family": 1,
        },
    ),
    "a paper": (
        [
            quad("https://identifiers.org/pmc/PMC2", RDF.type, SCHEMA.ScholarlyArticle),
            quad("https://identifiers.org/pmc/PMC2", SCHEMA.name, Literal("Title")),
        ],
        {"papers.added": [{"iri": "https://identifiers.org/pmc/PMC2", "name": "Title"}]},
    ),
    "a gene with two symbols": (
        [
            quad("https://identifiers.org/ncbigene/7", RDF.type, SCHEMA.Gene),
            quad("https://identifiers.org/ncbigene/7", SCHEMA.name, Literal("B")),
            quad("https://identifiers.org/ncbigene/7", SCHEMA.name, Literal("A")),
        ],
        {"genes.appeared": [{"iri": "https://identifiers.org/ncbigene/7", "name": "A, B"}]},
    ),
    "a further name of a gene": (
        [quad(GENE, SCHEMA.name, Literal("BSF2"))],
        {
            "genes.appeared": [],
            "others": [{"class": SCHEMA.Gene, "added": 0, "removed": 0, "changed": 1}],
        },
    ),
    "a property of a figure": (
        [quad(FIGURE, PFOCR.caption, Literal("x"))],
        {"figures.changed": [changed_figure(properties=[PFOCR.caption])]},
    ),
    "a word of a figure, which its mentions tell": (
        [quad(FIGURE, PFOCR.geneWord, Literal("x"))],
        {"figures.changed": [changed_figure()]},
    ),
    "a property of a paper": (
        [quad(PAPER, SCHEMA.keywords, Literal("x"))],
        {"papers.changed": [{"iri": PAPER, "properties": [SCHEMA.keywords]}]},
    ),
    "a property of a mention": (
        [quad(MENTION, PFOCR.candidates, Literal(2))],
        {
            "mentions.gene.changed.strict": 1,
            "mentions.gene.added.strict": 0,
            "figures.changed": [changed_figure(mentions={"changed": 1})],
        },
    ),
    "a count of an organism": (
        [quad(ORGANISM, PFOCR.directMatches, Literal(2))],
        {"figures.changed": [changed_figure(parts=True)]},
    ),
    "a chemical without a lexicon": (
        mention(PFOCR.ChemicalMention, None),
        {
            "mentions.chemical.added.none": 1,
            "figures.changed": [changed_figure(mentions={"added": 1})],
        },
    ),
    "a disease": (
        mention(PFOCR.DiseaseMention, PFOCR.mesh),
        {"mentions.disease.added.term": 1},
    ),
    "a lexicon that nobody knows": (
        mention(PFOCR.GeneMention, PFOCR + "new_lexicon"),
        {"mentions.gene.added.none": 1},
    ),
    "genes of two tiers": (
        mention(PFOCR.GeneMention, PFOCR.hgnc_symbol)
        + mention(PFOCR.GeneMention, PFOCR.ncbigene_synonym, "n"),
        {"mentions.gene.added.strict": 1, "mentions.gene.added.synonym": 1},
    ),
    "something of no class": (
        [quad("http://example.org/x", SCHEMA.name, Literal("x"))],
        {"others": [{"class": "", "added": 0, "removed": 0, "changed": 1}]},
    ),
}


def look_up(document: Mapping[str, Any], path: str) -> Any:
    for key in path.split("."):
        document = document[key]
    return document


def compare(tmp_path: Path, old: list[Quad], new: list[Quad]) -> Comparison:
    write_layout(tmp_path / "old.ttl", sorted(old, key=str))
    write_layout(tmp_path / "new.ttl", sorted(new, key=str))
    return compare_dumps(tmp_path / "old.ttl", tmp_path / "new.ttl", workers=1)


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_for_what_it_is(tmp_path: Path, case: str) -> None:
    more, expected = CASES[case]
    document = json.loads(render_json(compare(tmp_path, BASE, BASE + more)))
    assert document["statements"] == {"added": len(more), "removed": 0}
    assert {path: look_up(document, path) for path in expected} == expected


@pytest.mark.parametrize("case", CASES)
def test_its_reverse_is_told_as_the_reverse(tmp_path: Path, case: str) -> None:
    more, expected = CASES[case]
    document = json.loads(render_json(compare(tmp_path, BASE + more, BASE)))
    assert document["statements"] == {"added": 0, "removed": len(more)}
    for path, value in expected.items():
        reverse = path.replace("added", "removed").replace("appeared", "vanished")
        value = json.loads(json.dumps(value).replace('"added": 1, "removed": 0', '"added": 0, "removed": 1'))
        assert look_up(document, reverse) == value, reverse


def test_both_schemes_of_schema_org_are_understood(tmp_path: Path) -> None:
    secure = SCHEMA.replace("http:", "https:")
    more = [
        quad("https://e.org/g", RDF.type, f"{secure}Gene"),
        quad("https://e.org/g", f"{secure}name", Literal("G")),
    ]
    changes = compare(tmp_path, BASE, BASE + more).changes
    assert changes.genes_appeared == {"https://e.org/g": "G"}


def test_the_page_shows_names_as_text_and_ends_long_lists(tmp_path: Path) -> None:
    figures = []
    for number in range(LISTED + 3):
        figure = f"https://pfocr.wikipathways.org/figures/PMC{number:03}__f.html"
        figures += [
            quad(figure, RDF.type, PFOCR.PathwayFigure),
            quad(figure, SCHEMA.name, Literal("# <b>[x](http://evil)</b>\n\n| `code` *a* snake_case")),
        ]
    page = render_markdown(compare(tmp_path, BASE, BASE + figures))
    shown = r"- \# \<b\>\[x\](http://evil)\</b\> \| \`code\` \*a\* snake_case"
    link = "([PMC000__f](<https://pfocr.wikipathways.org/figures/PMC000__f.html>))"
    assert f"{shown} {link}\n" in page
    assert page.count("\n- ") == LISTED
    assert "\nand 3 more, all in `changes.json`\n" in page
    assert "| figures | 28 | 0 | 0 |\n" in page


def test_text_fits_a_terminal(tmp_path: Path) -> None:
    comparison = compare(tmp_path, BASE, BASE + [each for more, _ in CASES.values() for each in more])
    text = render_text(comparison)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.startswith("From old.ttl to new.ttl\n\n")
    rows = {line[:32].strip(): line[32:].split() for line in text.splitlines()[2:]}
    assert rows["figures"] == ["1", "0", "1"]
    assert rows["gene mentions"] == ["3", "0", "1"]


def test_equal_dumps_say_the_same() -> None:
    comparison = Comparison("one", "two", Changes())
    assert render_text(comparison) == "one and two say the same.\n"
    assert render_markdown(comparison) == "# Changes from one to two\n\none and two say the same.\n"
    assert json.loads(render_json(comparison))["statements"] == {"added": 0, "removed": 0}
