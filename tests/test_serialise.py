"""Six formats, one graph: valid, without blank nodes, the same bytes every time."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, get_args

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.checkout import Checkout, block, inline_gene, table_gene

from pfocr_ld.errors import OutputError
from pfocr_ld.exporting.export import (
    ExportOptions,
    RejectedRecords,
    export,
    export_outputs,
    export_to_stream,
    style_of_target,
)
from pfocr_ld.exporting.job import Output
from pfocr_ld.exporting.report import Report
from pfocr_ld.rdf_files import open_rdf
from pfocr_ld.rdf_formats import ENDINGS, FORMATS, list_formats_with_graphs
from pfocr_ld.terms import literal, text_of
from pfocr_ld.vocabulary import IdentifierForm, SchemaScheme, prefixes
from pfocr_ld.writing.serialise import GRAPHS, Style

# rdflib's own parsers use what rdflib has deprecated.
pytestmark = pytest.mark.slow

RDFLIB_NAMES = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

# Text that breaks a format written without its rules, less the control characters that
# XML has no way to hold.
HOSTILE = 'quote " """ back \\ \\mu line\nfeed\r\n tab\t <b>&amp;</b> ]]> Туре שלום \u202e 🧬 \x7f \x85 \u2028 \ufeff {} # .'  # noqa: E501
ODD = "a b/é?#[]@:%zz%20<>\"{}|\\^`'()*+,;=&~🧬"


def write_odd_records(checkout: Checkout) -> None:
    """Write records of both generations whose names and texts are as odd as they may be."""
    said = block(
        "PMC1__a", name=HOSTILE, abstract={"@value": HOSTILE, "@language": "en-GB"}, dateCreated="2019"
    )
    said["position"] = {"@value": "007", "@type": "xsd:integer"}
    said["about"] = [{"@id": f"https://example.org/{ODD}", "name": HOSTILE}, {"@list": ["a", "b"]}]
    checkout.record(
        "PMC1__a",
        figid=f"PMC1__{ODD}",
        schema_jsonld=said | {"@id": f"https://example.org/figures/{ODD}"},
        pathway_score="0.9289615",
        pmc_ranked_result_index="15644",
        year="2019",
        organisms=["Homo sapiens", ODD, ".."],
        filename=ODD,
        figlink=f"../{ODD}",
        ndex=ODD,
        wpid=ODD,
        doi=ODD,
        keywords=f"{HOSTILE} | b",
        genes=[inline_gene(HOSTILE, ODD, ODD, source=ODD), inline_gene("a", "A", "1", **{"note b": HOSTILE})],
        chemicals=[{"word": HOSTILE, "source": "MESH", "identifier": ODD}],
        **{"seo": HOSTILE, "odd name": {"nested": [HOSTILE, {"b": ""}]}},
    )
    checkout.record(
        "PMC2__b",
        organisms_ner=["Mus musculus"],
        automl_pathway="1",
        publisher_name=HOSTILE,
        ndex="ends-in-a-dot.",
    )
    checkout.table("PMC2__b", "genes", [table_gene("a", "A", "1"), table_gene("b", "B", "2", source="")])
    checkout.table(
        "PMC2__b",
        "chemicals",
        [{"word": "ATP", "mesh": "mesh:D000255", "match": "x", "name": "atp", "chebi": "chebi:15422"}],
    )


def export_as(checkout: Checkout, target: Path, *style: Any) -> Report:
    report = export(checkout.root, target, ExportOptions(Style(*style)))
    assert [str(error) for error in report.rejected] == []
    return report


def read_by_rdflib(path: Path, format_name: str) -> rdflib.Graph:
    """Read a file; of a format with named graphs, all of them as one graph."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=path.read_bytes(), format=RDFLIB_NAMES.get(format_name, format_name))
    graph = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        graph.add(triple)
    return graph


@pytest.mark.parametrize("schema_org", ["http", "https"])
@pytest.mark.parametrize("identifiers", ["path", "compact"])
def test_all_formats_hold_the_same_graph(
    checkout: Checkout, tmp_path: Path, identifiers: IdentifierForm, schema_org: SchemaScheme
) -> None:
    write_odd_records(checkout)
    graphs = {}
    for name, form in FORMATS.items():
        path = tmp_path / f"graph{form.ending}"
        report = export_as(checkout, path, name, identifiers, schema_org)
        graphs[name] = read_by_rdflib(path, name)
        assert len(graphs[name]) == report.triples
        store = ox.Store()  # which checks every IRI, where rdflib takes any text for one
        store.load(path=str(path), format=ox.RdfFormat.from_extension(form.ending[1:]))
        assert len(store) == report.triples
    expected = graphs.pop("ntriples")
    assert not [node for node in expected.all_nodes() if isinstance(node, rdflib.BNode)]
    for name, graph in graphs.items():
        assert rdflib.compare.isomorphic(graph, expected), name


@pytest.mark.parametrize("graphs", GRAPHS)
@pytest.mark.parametrize("format_name", list_formats_with_graphs())
def test_named_graphs(checkout: Checkout, tmp_path: Path, format_name: str, graphs: str) -> None:
    for figid in ("PMC1__a", "PMC2__b"):
        checkout.record(figid)
    path = tmp_path / "graph"
    export_as(checkout, path, format_name, "path", "http", graphs)
    export_as(checkout, tmp_path / "graph.nt", "ntriples")
    dataset = rdflib.Dataset()
    dataset.parse(data=path.read_bytes(), format=RDFLIB_NAMES.get(format_name, format_name))
    names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    site = "https://pfocr.wikipathways.org/"
    figures = {f"{site}figures/PMC1__a#graph", f"{site}figures/PMC2__b#graph"}
    expected = {"none": {"urn:x-rdflib:default"}, "dataset": {f"{site}#graph"}}
    assert names == expected.get(graphs, figures | {f"{site}#graph"})
    assert set(read_by_rdflib(path, format_name)) == set(rdflib.Graph().parse(tmp_path / "graph.nt"))


def test_formats_that_are_written_together_are_each_as_alone(checkout: Checkout) -> None:
    write_odd_records(checkout)
    styles = [Style(name) for name in FORMATS]
    styles += [Style(name, graphs=graphs) for name in list_formats_with_graphs() for graphs in GRAPHS[1:]]
    styles += [Style("nquads", "compact", "https", "figure"), Style("ntriples", "compact", "https")]
    streams = [io.BytesIO() for _ in styles]
    outputs = list(zip(map(Output, styles), streams, strict=True))
    export_outputs(checkout.root, outputs, ExportOptions())
    for style, stream in zip(styles, streams, strict=True):
        alone = io.BytesIO()
        export_to_stream(checkout.root, alone, ExportOptions(style))
        assert stream.getvalue() == alone.getvalue(), style


def test_forms_of_identifiers(checkout: Checkout, tmp_path: Path) -> None:
    write_odd_records(checkout)
    subjects = {}
    for form in ("path", "compact"):
        export_as(checkout, tmp_path / f"{form}.nt", "ntriples", form)
        subjects[form] = set(
            re.findall(r"<https://identifiers\.org/[^>]*>", (tmp_path / f"{form}.nt").read_text())
        )
    assert "<https://identifiers.org/ncbigene/1>" in subjects["path"]
    assert "<https://identifiers.org/chebi/CHEBI:15422>" in subjects["path"]
    assert "<https://identifiers.org/ncbigene:1>" in subjects["compact"]
    assert "<https://identifiers.org/CHEBI:15422>" in subjects["compact"]
    assert not subjects["path"] & subjects["compact"]
    assert len(subjects["path"]) == len(subjects["compact"])


# What a block may say in the form in which graphs are built, and in the other ones.
NAMES = [f"{start}name" for start in ("", "http://schema.org/", "https://schema.org/")]
GENES = [f"https://identifiers.org/{name}" for name in ("ncbigene:207", "ncbigene/207", "mesh/D1", "mesh:D1")]
NODES = st.sampled_from([*GENES, "https://schema.org/a", "http://schema.org/a", "https://example.org/"])
SAID_IN_BOTH_FORMS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMES, st.sampled_from(["n", "m"])),
        "@type": st.lists(st.sampled_from(["Dataset", "https://schema.org/Dataset", "https://schema.org/A"])),
        "sameAs": st.lists(NODES),
        "about": st.lists(
            st.builds(lambda node, name: {"@id": node, name: "n"}, NODES, st.sampled_from(NAMES))
        ),
        "version": st.lists(
            st.sampled_from(["http://schema.org/a", "https://schema.org/a"]).map(
                lambda kind: {"@value": "1", "@type": kind}
            )
        ),
    },
)


@settings(max_examples=40, deadline=None)
@given(SAID_IN_BOTH_FORMS, st.lists(NODES, max_size=3))
def test_no_statement_stands_twice_in_any_form(said: dict[str, Any], redirects: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder))
        checkout.record("PMC1__a", schema_jsonld={**block("PMC1__a"), **said}, redirect_from=redirects)
        for identifiers, schema_org in itertools.product(get_args(IdentifierForm), get_args(SchemaScheme)):
            path = Path(folder, "graph.nt")
            report = export_as(checkout, path, "ntriples", identifiers, schema_org)
            lines = path.read_text(encoding="utf-8").splitlines()
            assert len(set(lines)) == len(lines) == report.triples


# --- Turtle is for people


def test_turtle_reads_as_one_block_a_subject_in_a_telling_order(checkout: Checkout, tmp_path: Path) -> None:
    for figid in ("PMC1__a", "PMC2__b", "PMC1__c"):
        checkout.record(figid, genes=[inline_gene("A", "A", "1")], year="2019", pathway_score="0.5")
    export_as(checkout, tmp_path / "graph.ttl", "turtle")
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    header, _, body = text.partition("\n\n")
    assert header.splitlines() == [f"@prefix {prefix}: <{iri}> ." for prefix, iri in prefixes().items()]
    subjects = re.findall(r"^(\S+) ", body, flags=re.MULTILINE)
    assert len(subjects) == len(set(subjects))
    kinds = re.findall(r"^\S+ a (.*?) ;$", body, flags=re.MULTILINE)
    paper = ["pfocr:PathwayFigure , schema:Dataset", "schema:ScholarlyArticle", "pfocr:GeneMention"]
    second = ["pfocr:PathwayFigure , schema:Dataset", "pfocr:GeneMention"]
    assert kinds[:8] == [*paper, *second, *paper]
    assert "pfocr:PathwayFigure , schema:Dataset" not in kinds[8:]
    assert "\tpfocr:pathwayScore 0.5 ;\n" in body
    assert '\tschema:datePublished "2019"^^xsd:gYear' in body
    assert "\tpfocr:entity ncbigene:1 ;\n" in body


@pytest.mark.parametrize("name", FORMATS)
def test_file_of_no_triples_is_valid_in_every_format(checkout: Checkout, tmp_path: Path, name: str) -> None:
    """A shard may have no record: the other one has it."""
    checkout.record("PMC1__a")
    path = tmp_path / f"graph{FORMATS[name].ending}"
    for index in (1, 2):
        report = export(checkout.root, path, ExportOptions(Style(name), shard=(index, 2)))
        if not report.exported:
            assert len(read_by_rdflib(path, name)) == 0
            return
    raise AssertionError("both shards have the record")


# --- what a format cannot carry


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize(
    "place",
    [
        lambda text: {"caption": text},
        lambda text: {"papertitle": text},
        lambda text: {"publisher_name": text},
        lambda text: {"genes": [inline_gene(text, "A", "1")]},
        lambda text: {"genes": [inline_gene("A", text, "1")]},
    ],
    ids=["figure", "paper", "publisher", "mention", "gene"],
)
def test_xml_cannot_carry_a_control_character(
    checkout: Checkout, tmp_path: Path, place: Any, character: str
) -> None:
    checkout.record("PMC1__a", **place(f"a{character}b"))
    checkout.record("PMC2__b")
    report = export(checkout.root, tmp_path / "graph.rdf")
    assert [(error.file, error.reason) for error in report.rejected] == [
        (
            "database/_figures/PMC1__a.md",
            "it holds a control character, which RDF/XML cannot carry; any other format can",
        )
    ]
    assert len(read_by_rdflib(tmp_path / "graph.rdf", "rdfxml")) == report.triples
    assert export(checkout.root, tmp_path / "graph.jsonld").exported == 2


@pytest.mark.parametrize("text", ["\\u0001", "\\\\u000B", "\\b", "a\\\\f"])
@pytest.mark.parametrize(
    "place",
    [
        lambda text: {"caption": text},
        lambda text: {"organisms": [text]},
        lambda text: {"genes": [inline_gene(text, "A", "1"), inline_gene(text, "B", "2")]},
        lambda text: {"genes": [inline_gene("A", text, "1")]},
    ],
    ids=["figure", "organism", "mention", "gene"],
)
def test_what_only_looks_like_a_control_character_is_carried(
    checkout: Checkout, tmp_path: Path, place: Any, text: str
) -> None:
    checkout.record("PMC1__a", **place(text))
    assert export(checkout.root, tmp_path / "graph.rdf").rejected == []
    assert text in {str(node) for node in read_by_rdflib(tmp_path / "graph.rdf", "rdfxml").objects()}


@pytest.mark.parametrize("name", ["2020", "a 1", "a%", "é "])
def test_xml_has_no_way_to_write_some_properties(checkout: Checkout, tmp_path: Path, name: str) -> None:
    checkout.record("PMC1__a", **{name: "x"})
    with pytest.raises(RejectedRecords, match="RDF/XML has no way to write the property <https://pfocr"):
        export(checkout.root, tmp_path / "graph.rdf")
    assert export(checkout.root, tmp_path / "graph.trig").rejected == []


@pytest.mark.parametrize(
    "said",
    [{"sameAs": "doi:10.1/x"}, {"about": {"@id": "mesh:D1", "name": "x"}}, {"pmc:prop": "x"}],
    ids=["object", "subject", "property"],
)
def test_json_ld_would_take_some_iris_for_abbreviations(
    checkout: Checkout, tmp_path: Path, said: dict[str, Any]
) -> None:
    checkout.record("PMC1__a", schema_jsonld=block("PMC1__a", **said))
    with pytest.raises(RejectedRecords, match=r"JSON-LD would take <\S+> for an abbreviation; any other"):
        export(checkout.root, tmp_path / "graph.jsonld")
    assert export(checkout.root, tmp_path / "graph.ttl").rejected == []


# --- texts


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_as_a_literal(text: str) -> None:
    (quad,) = ox.parse(f"<a:> <b:> {literal(text)} .", format=ox.RdfFormat.TURTLE)
    assert quad.object == ox.Literal(text)
    assert text_of(literal(text)) == text


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])))
def test_any_text_is_the_same_in_every_format(tmp_path: Path, text: str) -> None:
    checkout = Checkout(tmp_path / "database")
    checkout.record(
        "PMC1__a",
        caption=text,
        papertitle=text,
        filename=text,
        organisms=[text],
        genes=[inline_gene(text, text, f"1{text}", source=text)],
        schema_jsonld=block("PMC1__a", name=text) | {"@id": f"https://example.org/{text}"},
    )
    graphs = {}
    for name, form in FORMATS.items():
        export_as(checkout, tmp_path / f"graph{form.ending}", name)
        graphs[name] = set(read_by_rdflib(tmp_path / f"graph{form.ending}", name))
    assert all(graph == graphs["ntriples"] for graph in graphs.values())


# --- the same bytes


def test_bytes_depend_on_nothing_but_the_records(checkout: Checkout, tmp_path: Path) -> None:
    write_odd_records(checkout)
    for number in range(140):  # more than one batch
        checkout.record(f"PMC{number % 7}__{number}", genes=[inline_gene("A", "A", str(number))])
    export_as(checkout, tmp_path / "first.ttl", "turtle")
    elsewhere = tmp_path / "elsewhere" / "database"
    files = [path for path in checkout.root.rglob("*") if path.is_file()]
    random.Random(1).shuffle(files)
    for path in files:  # another order of the files on the disk
        target = elsewhere / path.relative_to(checkout.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for seed, workers in (("1", "1"), ("2", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
        arguments = ["export", str(elsewhere), "-o", str(tmp_path / "again.ttl"), "-q", "--workers", workers]
        subprocess.run([sys.executable, "-m", "pfocr_ld", *arguments], check=True, env=environment)
        assert (tmp_path / "again.ttl").read_bytes() == (tmp_path / "first.ttl").read_bytes()


@pytest.mark.parametrize(
    ("ending", "graphs", "workers"), [("", "none", 1), (".gz", "figure", 2), (".zst", "dataset", 1)]
)
def test_json_ld_has_no_empty_object(
    checkout: Checkout, tmp_path: Path, ending: str, graphs: str, workers: int
) -> None:
    for number in range(70):  # of the first batch nothing is left
        (checkout.root / f"_figures/PMC{number:04}__a.md").write_text("---\nno: figure\n---\n")
    for number in range(70):
        checkout.record(f"PMC9{number}__b", genes=[])
    options = ExportOptions(Style("jsonld", graphs=graphs), workers=workers)
    export(checkout.root, path := tmp_path / f"graph.jsonld{ending}", options)
    with open_rdf(path) as stream:
        nodes = json.load(stream)["@graph"]
    of_graphs = [node for graph in nodes for node in graph.get("@graph", ())]
    assert all(len(node) > 1 for node in (*nodes, *of_graphs))
    ids = [node["@id"] for node in (nodes if graphs == "none" else of_graphs)]
    assert sum("figures/PMC9" in one and "#" not in one for one in ids) == 70


@pytest.mark.parametrize("ending", ENDINGS)
def test_ending_names_the_format(ending: str) -> None:
    name = next(form.name for form in FORMATS.values() if form.ending == ending)
    for packed in ("", ".gz", ".zst", ".GZ"):
        assert style_of_target(f"a.b{ending}{packed}", None) == name
        assert style_of_target(f"a.b{ending.upper()}{packed}", None) == name


@pytest.mark.parametrize("target", ["graph", "graph.xyz", "graph.gz", ".ttl.bak"])
def test_ending_that_names_no_format(target: str) -> None:
    with pytest.raises(OutputError, match="the ending names no format"):
        style_of_target(target, None)
    assert style_of_target(target, "trig") == "trig"
