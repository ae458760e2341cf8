"""The tables of a graph: nothing lost, the same bytes always, and readable by who takes them up."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyarrow import ipc, parquet, py_buffer
from pyoxigraph import parse
from support.checkout import Checkout, block, inline_gene
from support.in_process import Command
from support.products import write_products_checkout

from pfocr_ld.descriptions import NAME_HOLE, TEXT_HOLE, Statements, describe
from pfocr_ld.errors import OutputError, SourceError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.releasing.release import ReleaseOptions, make_release
from pfocr_ld.releasing.tables import make_tables
from pfocr_ld.summarising import parquet as writing
from pfocr_ld.summarising.graph_tables import MENTIONS, TABLES
from pfocr_ld.summarising.table_rows import rows_of, statements_of
from pfocr_ld.terms import TYPE, Term, Triple, integer, iri, language_literal, literal, typed_literal
from pfocr_ld.vocabulary import PFOCR, RDFS, SCHEMA, XSD, IdentifierForm, SchemaScheme
from pfocr_ld.writing.serialise import Style

# table of a record's own nodes → the property that leads to them
OWN_NODES = {
    "mentions": PFOCR.hasMention,
    "annotations": PFOCR.enrichedFor,
    "organism_matches": PFOCR.hasOrganismMatch,
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout with figures of both generations, and of odd values."""
    checkout = Checkout(tmp_path_factory.mktemp("tables") / "database")
    write_products_checkout(checkout, figures=30)
    checkout.record(
        "PMC9__odd\u00e9",
        figtitle='A "quoted"\ttitle \\ with\u2028line',
        caption="Two\nlines",
        pathway_score="0.50",
        year="in press",
        organisms=["Homo sapiens", "Nobody knows"],
        annotations=[{"type": "Pathway Ontology", "value": "a pathway", "ontology_id": "PW:1"}],
        someday="more",
        genes=[inline_gene('"w\\"', "JAK1", "3716"), inline_gene("no id", "", "")],
    )
    return checkout.root


@pytest.fixture(scope="module")
def dump(source: Path) -> Path:
    path = source.parent / "graph.nt"
    export(source, path)
    return path


@pytest.fixture(scope="module")
def tables(source: Path) -> Path:
    folder = source.parent / "tables"
    make_tables([source], folder)
    return folder


def read_rows(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def triples_of(folder: Path) -> set[Triple]:
    """Return the graph that tables hold."""
    found: set[Triple] = set()
    for table in TABLES:
        for row in read_rows(folder, table.name):
            found.update(statements_of(table, list(row.values())))
            if table.name in OWN_NODES:
                node = row[table.key.name]
                found.add((iri(node.partition("#")[0]), iri(OWN_NODES[table.name]), iri(node)))
    return found


def digest_of(triples: set[Triple]) -> str:
    return sha256("\n".join(sorted(" ".join(triple) for triple in triples)).encode()).hexdigest()


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.slow
def test_nothing_of_the_graph_is_lost(tables: Path, dump: Path) -> None:
    lines = {tuple(line[:-2].split(" ", 2)) for line in dump.read_text(encoding="utf-8").split("\n") if line}
    graph = {(Term(subject), Term(predicate), Term(value)) for subject, predicate, value in lines}
    back = triples_of(tables)
    assert len(back) == len(graph) > 1000
    assert digest_of(back) == digest_of(graph)


def test_each_node_is_in_one_table(tables: Path, dump: Path) -> None:
    subjects = {quad.subject.value for quad in parse(path=str(dump))}
    nodes = [{row[table.key.name] for row in read_rows(tables, table.name)} for table in TABLES]
    assert sum(map(len, nodes)) == len(subjects)
    assert set().union(*nodes) == subjects
    for table, of_table in zip(TABLES, nodes, strict=True):
        assert of_table, f"the test has nothing in {table.name}"


def test_entities_have_the_number_of_records_that_mention_them(tables: Path) -> None:
    expected = Counter(entity for row in read_rows(tables, "records") for entity in row["mentions"] or ())
    counts = {
        row[key]: row["mentioned_by"]
        for name, key in (("entities", "entity"), ("families", "family"))
        for row in read_rows(tables, name)
    }
    assert expected.items() <= counts.items()
    assert sum(expected.values()) == sum(counts.values()) > len(expected)


@pytest.mark.parametrize("ending", [".ttl", ".nq.zst", ".nt.gz"])
def test_a_dump_gives_the_tables_of_its_source(
    source: Path, tables: Path, tmp_path: Path, ending: str
) -> None:
    dump = tmp_path / f"graph{ending}"
    export(source, dump)
    make_tables([dump], tmp_path / "tables")
    assert digests(tmp_path / "tables") == digests(tables)


@pytest.mark.slow
@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("schema_org", ["http", "https"])
@pytest.mark.parametrize("identifiers", ["path", "compact"])
def test_a_dump_in_any_form_gives_the_tables_of_its_source(
    source: Path,
    tables: Path,
    tmp_path: Path,
    identifiers: IdentifierForm,
    schema_org: SchemaScheme,
    shuffled: bool,
) -> None:
    path = tmp_path / "graph.nt"
    export(source, path, ExportOptions(Style("ntriples", identifiers, schema_org)))
    if shuffled:
        lines = path.read_text(encoding="utf-8")[:-1].split("\n")
        random.Random(1).shuffle(lines)
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    make_tables([path], tmp_path / "made")
    if shuffled:
        assert digest_of(triples_of(tmp_path / "made")) == digest_of(triples_of(tables))
    else:
        assert digests(tmp_path / "made") == digests(tables)


def test_an_address_that_a_record_gives_in_another_form_is_in_that_of_the_graph(
    checkout: Checkout, tmp_path: Path
) -> None:
    same = ["https://identifiers.org/ncbigene:1", "https://schema.org/Thing"]
    checkout.record("PMC1__a", schema_jsonld=block("PMC1__a", sameAs=same))
    export(checkout.root, tmp_path / "graph.nt")
    make_tables([tmp_path / "graph.nt"], tmp_path / "made")
    (record,) = read_rows(tmp_path / "made", "records")
    assert sorted(record["same_as"]) == ["http://schema.org/Thing", "https://identifiers.org/ncbigene/1"]


def test_workers_and_row_groups_do_not_matter(
    source: Path, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tables([source], tmp_path / "two", workers=2)
    assert digests(tmp_path / "two") == digests(tables)
    for name in ("ROWS_A_GROUP", "LONG_ROWS_A_GROUP"):
        monkeypatch.setattr(writing, name, 7)
    make_tables([source], tmp_path / "small")
    for table in TABLES:
        assert read_rows(tmp_path / "small", table.name) == read_rows(tables, table.name)
    groups = parquet.ParquetFile(tmp_path / "small" / "records.parquet").metadata
    assert [groups.row_group(place).num_rows for place in range(groups.num_row_groups)] == [7, 7, 7, 7, 3]


@pytest.mark.slow
def test_a_graph_in_any_order_and_in_several_files(dump: Path, tmp_path: Path) -> None:
    lines = dump.read_text(encoding="utf-8")[:-1].split("\n")
    random.Random(5).shuffle(lines)
    paths = [tmp_path / "a.nt", tmp_path / "b.nt"]
    for path, part in zip(paths, (lines[::2], lines[1::2] + lines[:9]), strict=True):
        path.write_text("\n".join(part) + "\n", encoding="utf-8")
    make_tables(paths, tmp_path / "of-both")
    (tmp_path / "all.nt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    make_tables([tmp_path / "all.nt"], tmp_path / "of-one")
    make_tables([dump], tmp_path / "in-order")
    expected = digest_of(triples_of(tmp_path / "in-order"))
    assert {digest_of(triples_of(tmp_path / name)) for name in ("of-both", "of-one")} == {expected}


def test_columns_are_typed_and_described(tables: Path) -> None:
    for table in TABLES:
        schema = parquet.read_schema(tables / f"{table.name}.parquet")
        assert schema.metadata[b"description"]
        for column in table.all_columns:
            field = schema.field(column.name)
            assert field.metadata[b"description"].decode() == column.description
        file = parquet.ParquetFile(tables / f"{table.name}.parquet").metadata
        assert file.row_group(0).column(0).compression == "ZSTD"
    types = {field.name: str(field.type) for field in parquet.read_schema(tables / "mentions.parquet")}
    assert (types["candidates"], types["corroborated"], types["word"]) == ("int64", "bool", "string")
    types = {field.name: str(field.type) for field in parquet.read_schema(tables / "papers.parquet")}
    assert (types["year"], types["keywords"]) == ("int64", "list<element: string>")


def test_a_row_is_a_reading_and_an_entity() -> None:
    subject = iri("https://pfocr.wikipathways.org/figures/PMC1__a%20b.html#gene-1")
    entities = [iri(f"https://identifiers.org/ncbigene/{number}") for number in (1, 2)]
    said = [(TYPE, iri(PFOCR.GeneMention)), *((iri(PFOCR.entity), one) for one in entities)]
    said.append((iri(PFOCR.word), literal("A")))
    table, rows = rows_of(*describe((subject, *one) for one in said))
    assert table is MENTIONS
    names = [column.name for column in table.all_columns]
    cells = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(one["figid"], one["kind"], one["entity_id"], one["word"]) for one in cells] == [
        ("PMC1__a b", "gene", "ncbigene:1", "A"),
        ("PMC1__a b", "gene", "ncbigene:2", "A"),
    ]


def test_columns_of_mentions_hold_their_rows_in_their_order() -> None:
    form = [
        (TYPE, [iri(PFOCR.GeneMention)]),
        (iri(PFOCR.word), [TEXT_HOLE]),
        (iri(PFOCR.candidates), [integer(2)]),
    ]
    ends = [iri(f"https://identifiers.org/{prefix}/{NAME_HOLE}") for prefix in ("ncbigene", "mesh")]
    several, none = Statements([*form, (iri(PFOCR.entity), ends)]), Statements(form)
    other = Statements([*form, (iri(RDFS.label), [TEXT_HOLE])])  # what mentions never say of themselves
    said = [
        (several, ('"A"', "1", "D1")),
        (none, ('"B"',)),
        (Statements([(TYPE, [iri(PFOCR.GeneMention)]), (iri(RDFS.label), [literal("C")])]), ()),
        (several, ('"\\"D\\""', "4", "D 4")),
        (other, ('"E"', '"F"')),
        (none, ('"G"',)),
    ]
    page = "https://pfocr.wikipathways.org/figures/PMC1__a%20b.html"
    descriptions = [(iri(f"{page}#gene-{number}"), *one) for number, one in enumerate(said)]
    taken = writing.TableRows()
    taken.add(descriptions)
    assert len(taken) == 8
    (rows,) = taken.finish()[MENTIONS.name]
    found = ipc.read_record_batch(py_buffer(rows), writing.schema_of(MENTIONS)).to_pylist()
    assert [list(row.values()) for row in found] == [row for one in descriptions for row in rows_of(one)[1]]


@pytest.mark.parametrize(
    "statement",
    [
        (PFOCR.pathwayScore, typed_literal("0.50", XSD.decimal)),
        (PFOCR.pathwayScore, typed_literal("1", XSD.decimal)),
        (PFOCR.pathwayScore, typed_literal("0.00000001", XSD.decimal)),
        (PFOCR.pathwayScore, typed_literal("NaN", XSD.decimal)),
        (PFOCR.pathwayScore, literal("0.5")),
        (PFOCR.pmcRank, integer(10**30)),
        (PFOCR.pmcRank, typed_literal("007", XSD.integer)),
        (PFOCR.pmcRank, typed_literal("x", XSD.integer)),
        (SCHEMA.name, language_literal("Name", "en")),
        (SCHEMA.image, literal("no IRI")),
        (RDFS.label, literal('"\\\u0000\n')),
        (f"{SCHEMA}unheard", iri("https://example.org/a b".replace(" ", "%20"))),
    ],
)
def test_what_a_column_cannot_give_back_stands_beside(statement: tuple[str, Term]) -> None:
    subject = iri("https://pfocr.wikipathways.org/figures/PMC1__a.html")
    said = [(TYPE, iri(PFOCR.PathwayFigure)), (iri(statement[0]), statement[1])]
    table, (row,) = rows_of(*describe((subject, *one) for one in said))
    assert set(statements_of(table, row)) == {(subject, *one) for one in said}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of mlcroissant's own use of pandas and rdflib
def test_croissant_is_valid_and_loads(source: Path, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    options = ReleaseOptions(
        "2026-11-01",
        formats=("turtle",),
        creators=("0000-0002-1825-0097 Josiah Carberry",),
        publisher_ror="https://ror.org/03yrm5c26",
    )
    make_release(source, tmp_path / "made", options)
    folder = tmp_path / "made" / "tables"
    said = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert [person["@id"] for person in said["creator"]] == ["https://orcid.org/0000-0002-1825-0097"]
    assert said["publisher"]["identifier"] == "https://ror.org/03yrm5c26"
    dataset = mlcroissant.Dataset(folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    warnings = [warning for warning, *_ in dataset.metadata.ctx.issues._warnings]
    assert [
        warning for warning in warnings if "MAJOR.MINOR.PATCH" not in str(warning)
    ] == []  # ours is a date
    for table in TABLES:
        loaded = list(dataset.records(table.name))
        rows = read_rows(folder, table.name)
        assert len(loaded) == len(rows)
        for column in (table.key, table.columns[0]):
            cells = [record[f"{table.name}/{column.name}"] for record in loaded]
            assert [cell.decode() if isinstance(cell, bytes) else cell for cell in cells] == [
                row[column.name] for row in rows
            ]


@pytest.mark.slow
def test_a_release_has_the_tables_of_its_dump(source: Path, tables: Path, tmp_path: Path) -> None:
    make_release(source, tmp_path / "made", ReleaseOptions("2026-11-01", formats=("turtle",)))
    make_release(
        source, tmp_path / "none", ReleaseOptions("2026-11-01", formats=("turtle",), tables=False, workers=2)
    )
    assert not (tmp_path / "none" / "tables").exists()
    folder = tmp_path / "made" / "tables"
    description = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert (description["version"], description["datePublished"]) == ("2026-11-01", "2026-11-01")
    shutil.copy(tables / "croissant.json", folder)
    assert digests(folder) == digests(tables)
    sums = (tmp_path / "made" / "SHA256SUMS").read_text(encoding="utf-8")
    assert "  tables/mentions.parquet\n" in sums
    page = (tmp_path / "made" / "index.html").read_text(encoding="utf-8")
    assert "tables/mentions.parquet" in page


def test_the_command_makes_tables_of_records_and_releases(
    command: Command, tmp_path: Path, dump: Path
) -> None:
    release = tmp_path / "release"
    release.mkdir()
    shutil.copy(dump, release / "pfocr.nt")
    done = command("tables", release, "-o", tmp_path / "tables")
    assert (done.status, done.err.count("31 records")) == (0, 1)
    again = command("tables", release, "-o", tmp_path / "tables")
    assert again.status == 1
    assert again.err.rstrip().endswith("exists and is not empty: name a folder to make, or an empty one")


def test_what_cannot_be_made_is_one_line_and_leaves_nothing(
    source: Path, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match="either records or RDF files"):
        make_tables([source, dump], tmp_path / "tables")
    broken = tmp_path / "broken.nt"
    broken.write_bytes(dump.read_bytes()[:-30])
    with pytest.raises(SourceError, match=r"broken\.nt:\d+: not valid N-Triples"):
        make_tables([broken], tmp_path / "tables")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for make in (
        lambda: make_tables([source], tmp_path / "tables"),
        lambda: make_release(source, tmp_path / "tables", ReleaseOptions("2026-11-01")),
    ):
        with pytest.raises(
            OutputError, match=r"tables need pyarrow: install it with: pip install 'pfocr-ld\[tab"
        ):
            make()
    assert not (tmp_path / "tables").exists()
