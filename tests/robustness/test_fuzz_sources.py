"""Whatever stands in a source: the good records are exported, the bad ones named, the graph
can be read, no row is lost.
"""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, parse
from support.checkout import Checkout, front_matter, inline_gene, table_gene
from support.fuzz_rounds import Rounds
from support.in_process import Command, Run
from support.mutation import mutate
from support.places import SEEDS

pytestmark = pytest.mark.slow

GOOD = "PMC1__good"
GOOD_NAME = f"db/_figures/{GOOD}.md"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PATHWAY_FIGURE = NamedNode("https://pfocr.wikipathways.org/vocab#PathwayFigure")
FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}


@pytest.fixture
def source(checkout: Checkout) -> Checkout:
    """A record that has to come through, whatever stands beside it."""
    checkout.record(GOOD, genes=[inline_gene("TP53", "TP53", "7157")])
    return checkout


def export_and_read(command: Command, source: Path, folder: Path, ending: str) -> tuple[Run, Store | None]:
    """Export a source, and read the graph with another's reader; ``None`` where nothing was exported."""
    target, report = folder / f"out.{ending}", folder / "report.json"
    target.unlink(missing_ok=True)
    run = command("export", source, "-o", target, "--report", report, "--workers", 1, "-q")
    assert "Traceback" not in run.err
    if run.status:
        errors = [line for line in run.err.splitlines() if line.startswith("Error: ")]
        assert run.status == 1 and len(errors) == 1, run.err
        assert not target.exists()
        return run, None
    store = Store()
    for quad in parse(path=str(target), format=FORMATS[ending]):
        store.add(quad)
    counts = json.loads(report.read_text())["records"]
    assert counts["read"] == counts["exported"] + counts["rejected"]
    assert run.err.count("Rejected: ") == counts["rejected"], run.err
    figures = {quad.subject for quad in store.quads_for_pattern(None, TYPE, PATHWAY_FIGURE, None)}
    assert len(figures) == counts["exported"]
    return run, store


def test_records(source: Checkout, command: Command, tmp_path: Path, rounds: Rounds) -> None:
    seeds = [path.read_bytes() for path in sorted(SEEDS.glob("*.md"))]
    small = front_matter(
        {
            "figid": "PMC2__b",
            "pmcid": "PMC2",
            "figtitle": "A title",
            "organisms": ["Homo sapiens"],
            "annotations": [{"id": "DOID:1", "name": "x"}],
            "doi": "10.1000/x",
            "other": {"a": ["b", {"c": "d"}]},
            "schema-jsonld": {
                "@context": "https://schema.org/",
                "@type": "Dataset",
                "about": {"@id": "http://a/b"},
            },
            "genes": [inline_gene("A", "JAK1", "3716")],
        }
    ).encode()
    for random in rounds():
        source.write("_figures/mutated.md", mutate(random.choice([*seeds, small, small]), random))
        _, store = export_and_read(command, source.root, tmp_path, random.choice(list(FORMATS)))
        assert store is not None and is_there(store)


def is_there(store: Store) -> bool:
    """Return whether the good record came through."""
    figure = NamedNode(f"https://pfocr.wikipathways.org/figures/{GOOD}.html")
    named = NamedNode("http://schema.org/mentions"), NamedNode("https://identifiers.org/ncbigene/7157")
    return any(store.quads_for_pattern(figure, *named, DefaultGraph()))


def test_tables(source: Checkout, command: Command, tmp_path: Path, rounds: Rounds) -> None:
    """Besides: as many words come out as an independent reader sees go in."""
    source.record("PMC2__b")
    table = source.table("PMC2__b", "genes", [table_gene(f"w{n}", "JAK1", f"37{n}") for n in range(6)])
    chemicals = source.table(
        "PMC2__b", "chemicals", [{"word": "acid", "mesh": "D1", "match": "acid", "name": "Acid"}]
    )
    originals = {path: path.read_bytes() for path in (table, chemicals)}
    for random in rounds():
        for path, content in originals.items():
            path.write_bytes(mutate(content, random) if random.random() < 0.7 else content)
        run, store = export_and_read(command, source.root, tmp_path, "nt")
        assert store is not None and is_there(store)
        if "Rejected" not in run.err:
            words = read_column(table.read_bytes(), "word")
            written = {
                quad.object.value for quad in store if is_word(quad.predicate) and is_text(quad.object)
            }
            assert words <= written, words - written


def read_column(table: bytes, name: str) -> set[str]:
    """Read a column by nothing but the splitting of lines and cells."""
    lines = table.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    columns = [cell.strip('"') for cell in lines[0].split("\t")]
    if name not in columns:
        return set()
    cells = [line.split("\t") for line in lines[1:] if line]
    place = columns.index(name)
    found = {row[place].strip() for row in cells if len(row) > place}
    return {cell for cell in found if cell.startswith("w") and cell.isalnum()}


def is_word(predicate: NamedNode) -> bool:
    return predicate.value == "https://pfocr.wikipathways.org/vocab#word"


def is_text(term: object) -> bool:
    return isinstance(term, Literal)


def pack(source: Path, kind: str) -> bytes:
    """Pack a folder."""
    stream = io.BytesIO()
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    if kind == "zip":
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, f"db/{path.relative_to(source)}")
    else:
        with tarfile.open(fileobj=stream, mode="w:gz" if kind == "tar.gz" else "w") as tar:
            for path in files:
                tar.add(path, f"db/{path.relative_to(source)}")
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_archives(source: Checkout, command: Command, tmp_path: Path, rounds: Rounds, kind: str) -> None:
    """An archive is read, in part and said so, or refused; nothing is written outside of the target."""
    source.record("PMC2__b")
    source.table("PMC2__b", "genes", [table_gene("w", "JAK1", "3716")])
    whole = pack(source.root, kind)
    folder = tmp_path / "archives"
    folder.mkdir()
    archive = folder / f"source.{kind}"
    for random in rounds():
        archive.write_bytes(mutate(whole, random))
        run, store = export_and_read(command, archive, folder, "nt")
        if store is not None and not is_there(store):
            # The bytes of a tarball have no checksum, and the list of a ZIP archive has none either.
            assert (
                "Rejected" in run.err or kind == "tar" or GOOD_NAME not in zipfile.ZipFile(archive).namelist()
            )
        assert {path.name for path in folder.iterdir()} <= {archive.name, "out.nt", "report.json"}


def test_caches(corpus: Path, command: Command, tmp_path: Path, rounds: Rounds) -> None:
    """A damaged cache gives what none gives, byte for byte, now and the next time."""
    cache, target = tmp_path / "cache", tmp_path / "out.nt"

    def export() -> bytes:
        run = command("export", corpus, "-o", target, "--cache", cache, "--workers", 1, "-q")
        assert run.status == 0, run.err
        return target.read_bytes()

    fresh = export()
    whole = cache.read_bytes()
    for random in rounds():
        damaged = bytearray(whole)
        for _ in range(random.choice([1, 10, 200])):
            damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
        cache.write_bytes(damaged[: random.choice([len(damaged), random.randrange(len(damaged))])])
        first = command("export", corpus, "-o", target, "--cache", cache, "--workers", 1, "-q")
        if first.status:  # what is no cache any more is not replaced
            assert "is no cache of pfocr-ld" in first.err
            continue
        assert target.read_bytes() == fresh
        assert export() == fresh
