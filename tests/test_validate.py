"""``pfocr-ld validate``: every kind of file, any order, any number of processes, and what the user sees."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.checkout import GENE_COLUMNS
from support.places import ROOT, SEEDS

from pfocr_ld.cli import cli
from pfocr_ld.errors import SourceError
from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.rdf_formats import ENDINGS, FORMATS, compression_of_name
from pfocr_ld.validating import line_chunks, subject_order
from pfocr_ld.validating.report import ValidationReport
from pfocr_ld.validating.shapes import Severity
from pfocr_ld.validating.validate import validate
from pfocr_ld.writing.compression import compress_member
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

FIGURES = "https://pfocr.wikipathways.org/figures/"
BOMB = gzip.compress(b"<a:b> <a:c> <a:d> .\n" + b"a" * (1 << 28), mtime=0)
NO_ENTITY = "The mention has no entity: the word is known but not what it stands for."
NO_COUNT = "A mention has exactly one number of occurrences, a whole number from 1."


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["validate", *map(str, arguments)])


def verdict(report: ValidationReport) -> tuple[int, int, dict[tuple[Severity, str], tuple[int, set[str]]]]:
    kinds = {
        key: (kind.count, {finding.focus for finding in kind.examples}) for key, kind in report.kinds.items()
    }
    return report.figures, report.triples, kinds


def export_seeds(target: Path, **style: str) -> Path:
    form = next(form.name for form in FORMATS.values() if form.ending in target.suffixes)
    export([SEEDS], target, ExportOptions(Style(form, **style)))  # type: ignore[arg-type]
    return target


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The seeds as lines of N-Triples."""
    target = export_seeds(tmp_path_factory.mktemp("seeds") / "seeds.nt")
    return target.read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.fixture(scope="module")
def damaged(lines: list[str]) -> list[str]:
    """The seeds with a number of occurrences, a mention's description and a reference to
    another mention left out.
    """
    counts = [line for line in lines if "vocab#occurrences>" in line]
    described, referred = (line.split()[0] for line in (counts[20], counts[30]))
    return [
        line
        for line in lines
        if line != counts[10]
        and not line.startswith(described)
        and not ("vocab#hasMention>" in line and referred in line)
    ]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return path


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_is_read(ending: str, compression: str, lines: list[str], tmp_path: Path) -> None:
    report = validate([export_seeds(tmp_path / f"seeds{ending}{compression}")])
    assert (report.figures, report.triples) == (2, len(lines))
    assert {key: kind.count for key, kind in report.kinds.items()} == {("warning", NO_ENTITY): 1}


@pytest.mark.parametrize("schema_org", ["http", "https"])
@pytest.mark.parametrize("identifiers", ["path", "compact"])
def test_every_form_that_export_offers_is_valid(identifiers: str, schema_org: str, tmp_path: Path) -> None:
    path = export_seeds(tmp_path / "seeds.ttl", identifiers=identifiers, schema_org=schema_org)
    assert run("--schema-org", schema_org, path).exit_code == 0
    other = "http" if schema_org == "https" else "https"
    assert run("--schema-org", other, path).exit_code == 1


def test_records_are_validated_as_they_would_be_exported() -> None:
    result = run(SEEDS)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "2 figures, 1,059 triples: 0 violations, 1 warning"


def test_findings_are_grouped_counted_and_lead_to_exit_status_1(damaged: list[str], tmp_path: Path) -> None:
    result = run(write(tmp_path / "damaged.nt", damaged))
    assert result.exit_code == 1
    output = result.stdout.splitlines()
    assert output[0].startswith("violation: A mention belongs to exactly one figure")
    assert output[0].endswith("(once)")
    assert output[1].startswith(f"  {FIGURES}PMC")
    assert sum(line.startswith("violation: ") for line in output) == 3
    assert output[-1] == f"2 figures, {len(damaged):,} triples: 3 violations, 1 warning"


def test_limit_shortens_the_list_and_not_the_count(lines: list[str], tmp_path: Path) -> None:
    uncounted = [line for line in lines if "vocab#occurrences>" not in line]
    path = write(tmp_path / "uncounted.nt", uncounted)
    count = len(lines) - len(uncounted)
    assert run(path, "--limit", "2").stdout.splitlines()[:4:3] == [
        f"violation: {NO_COUNT} ({count} times)",
        f"  ... and {count - 2} more",
    ]
    assert len(run(path, "--limit", "0").stdout.splitlines()) == 3
    assert len(run(path, "--limit", "1000").stdout.splitlines()) == count + 4


@pytest.mark.parametrize("seed", range(3))
def test_order_of_subjects_does_not_matter(seed: int, damaged: list[str], tmp_path: Path) -> None:
    expected = verdict(validate([write(tmp_path / "damaged.nt", damaged)]))
    subjects = sorted({line.split()[0] for line in damaged})
    random.Random(seed).shuffle(subjects)
    shuffled = sorted(damaged, key=lambda line: subjects.index(line.split()[0]))
    assert verdict(validate([write(tmp_path / "shuffled.nt", shuffled)])) == expected


@pytest.mark.parametrize("ending", [".nt", ".nq", ".nt.gz"])
@pytest.mark.parametrize("chunk", [200, 5_000, 100_000])
def test_workers_find_the_same(
    chunk: int, ending: str, damaged: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = verdict(validate([write(tmp_path / "damaged.nt", damaged)]))
    path = tmp_path / f"shared{ending}"
    text = "# a comment\n\n" + "# another\n".join(damaged)
    path.write_bytes(gzip.compress(text.encode()) if ending.endswith(".gz") else text.encode())
    monkeypatch.setattr(line_chunks, "_CHUNK", chunk)
    assert verdict(validate([path], workers=2)) == expected


@pytest.mark.parametrize("workers", [1, 2])
def test_broken_line_is_named(
    workers: int, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_chunks, "_CHUNK", 20_000)
    path = write(tmp_path / "broken.nt", [*lines[:700], "<https://example.org/ a> <b> .\n", *lines[700:]])
    with pytest.raises(SourceError, match=r"broken\.nt:701: not valid N-Triples: "):
        validate([path], workers=workers)


def test_several_paths_are_one_graph(lines: list[str], tmp_path: Path) -> None:
    figures = [line for line in lines if "#" not in line.split()[0]]
    mentions = [line for line in lines if "#" in line.split()[0]]
    paths = [write(tmp_path / "figures.nt", figures), write(tmp_path / "mentions.nt", mentions)]
    assert validate(paths).count("violation") == 0
    assert validate(paths[:1]).count("violation") > 0


def test_release_folder_is_read_from_one_of_its_dumps(tmp_path: Path) -> None:
    for name in ("pfocr.ttl", "pfocr.nt.gz"):
        export_seeds(tmp_path / name)
    (tmp_path / "README.md").write_text("not a record")
    assert run(tmp_path).stdout.splitlines()[-1].startswith("2 figures, 1,059 triples: 0 violations")


@pytest.mark.parametrize("ending", [".ttl", ".nt"])
def test_sample_stops_after_so_many_figures(ending: str, lines: list[str], tmp_path: Path) -> None:
    path = export_seeds(tmp_path / f"seeds{ending}")
    report = validate([path], sample=1, workers=2)
    assert (report.figures, report.count("violation")) == (1, 0)
    assert 0 < report.triples < len(lines)
    assert validate([path], sample=5).figures == 2


def test_sample_of_records() -> None:
    report = validate([SEEDS], sample=1)
    assert (report.figures, report.count("violation")) == (1, 0)


def record(**fields: object) -> dict[str, object]:
    """A record of the inline generation with what it cannot do without."""
    block = {"@context": "https://schema.org/", "@id": f"{FIGURES}PMC1__a.html", "@type": "Dataset"}
    return {"figid": "PMC1__a", "schema-jsonld": block, **fields}


def write_record(folder: Path, fields: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "PMC1__a.md"
    path.write_text(f"---\n{yaml.safe_dump(fields)}---\n", encoding="utf-8")
    return path


def test_poorest_record_has_warnings_only(tmp_path: Path) -> None:
    report = validate([write_record(tmp_path, record())])
    assert {severity for severity, _ in report.kinds} == {"warning"}
    messages = {message for _, message in report.kinds}
    assert {"The figure has no title.", "The figure has no caption."} <= messages


def test_paper_without_a_pmc_id_is_no_violation(tmp_path: Path) -> None:
    report = validate([write_record(tmp_path, record(papertitle="Of JAK", year="2019"))])
    assert report.count("violation") == 0
    assert ("warning", "The paper has no PMC id.") in report.kinds


def test_tables_give_a_valid_graph(tmp_path: Path) -> None:
    write_record(
        tmp_path / "_figures",
        record(
            pmcid="PMC1",
            year="2023",
            doi="10.1/x",
            journal_title="J",
            publisher_name="P",
            automl_pathway="0.9",
        ),
    )
    data = tmp_path / "_data"
    data.mkdir()
    rows = [
        GENE_COLUMNS,
        ["9606", "Homo sapiens", "Primates", "na", "NA", "NA", "45338", "ncbigene_symbol", "1", "NA", "2"],
        ["9606", "Homo sapiens", "Primates", "x", "X", "X1", "1", "a new one", "1", "3", "2"],
    ]
    terms = [["word", "mesh", "match", "name", "chebi"], ["fat", "mesh:D005227", "Fat", "fat", "chebi:35366"]]
    for name, table in (("genes", rows), ("chemicals", terms)):
        (data / f"PMC1__a-{name}.tsv").write_text("".join("\t".join(row) + "\n" for row in table))
    report = validate([tmp_path])
    assert report.count("violation") == 0
    assert ("warning", "The lexicon is not known yet: nobody has put it in a tier.") in report.kinds


def test_identifier_that_cannot_be_one_is_a_violation(lines: list[str], tmp_path: Path) -> None:
    wrong = [
        line.replace("identifiers.org/ncbigene/3718>", "identifiers.org/ncbigene/JAK3>") for line in lines
    ]
    assert wrong != lines
    result = run(write(tmp_path / "wrong.nt", wrong))
    assert result.exit_code == 1
    assert "A gene is named by https://identifiers.org/ncbigene/" in result.stdout


def test_record_that_cannot_be_exported_is_a_violation(tmp_path: Path) -> None:
    write_record(tmp_path, record())
    (tmp_path / "broken.md").write_text("---\nfigid: PMC1__b\n---\n")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "violation: A record can be exported. (once)" in result.stdout
    assert "/broken.md:1  no schema-jsonld block" in result.stdout


hostile = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in ("NA", ".na.character")
)


@given(texts=st.lists(hostile, min_size=11, max_size=11), number=st.integers(1, 10**9))
@example(texts=['"', "\\", "\n", "\t", "\x07", "АКТ", "\u202e", "💊", "NO", "~", "<&>"], number=1)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_in_a_record_is_a_violation(texts: list[str], number: int, tmp_path: Path) -> None:
    word, symbol, source, name, title, caption, reftext, organism, type_, value, keyword = texts
    row = {"word": word, "symbol": symbol, "source": source, "hgnc_symbol": name, "entrez": str(number)}
    fields = record(
        genes=[row],
        chemicals=[{"word": word, "source": "", "identifier": ""}],
        figtitle=title,
        caption=caption,
        reftext=reftext,
        pmcid="PMC1",
        organisms=[organism],
        keywords=keyword,
        annotations=[{"type": type_, "value": value}],
    )
    report = validate([write_record(tmp_path, fields)])
    assert [key for key in report.kinds if key[0] == "violation"] == []


def test_a_report_for_programs_says_what_the_text_says() -> None:
    done = run(SEEDS, "--format", "json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (report["figures"], report["violations"], report["warnings"]) == (2, 0, 1)
    (finding,) = report["findings"]
    assert (finding["severity"], finding["count"]) == ("warning", 1)
    assert finding["examples"][0]["focus"].startswith("https://pfocr.wikipathways.org/figures/")


def run_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pfocr_ld", "validate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("missing.ttl", None, "there is no such file"),
        ("missing", None, "no such file or folder"),
        ("empty.nt", b"", "nothing was validated"),
        ("other.nt", b"<a:b> <a:c> <a:d> .\n", "nothing was validated"),
        ("broken.ttl", b"<a:b> <a:c>", "not valid Turtle"),
        ("cut.nt.gz", gzip.compress(b"<a:b> <a:c> <a:d> .\n" * 9, mtime=0)[:-12], "damaged or cut short"),
        ("page.html", b"<html>", "neither a folder nor one of"),
        pytest.param("bomb.nt.gz", BOMB, "bomb.nt.gz: a term is longer than 16 MiB", id="bomb"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_cannot_be_validated_is_one_clear_line(
    workers: str, name: str, content: bytes | None, complaint: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run_process(tmp_path / name, "--workers", workers)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def test_misuse_is_status_2() -> None:
    assert run().exit_code == 2
    assert run("--sample", "0", SEEDS).exit_code == 2


def test_store_gives_a_graph_that_can_be_validated(lines: list[str], tmp_path: Path) -> None:
    store = pyoxigraph.Store()
    store.load("".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.dump(str(tmp_path / "store.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
    report = validate([tmp_path / "store.nq"])
    assert (report.figures, report.triples, report.count("violation")) == (2, len(lines), 0)


def ask_pyshacl(lines: list[str]) -> set[tuple[str, str, str]]:
    """Return severity, message and focus of what pySHACL finds in a graph."""
    graph = rdflib.Graph().parse(data="".join(lines), format="nt")
    shapes = rdflib.Graph().parse(ROOT / "ontologies" / "pfocr-shapes.ttl")
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes)
    assert isinstance(results, rdflib.Graph)
    shacl = rdflib.SH
    return {
        (
            str(results.value(result, shacl.resultSeverity)).removeprefix(str(shacl)).lower(),
            str(results.value(result, shacl.resultMessage)),
            str(results.value(result, shacl.focusNode)),
        )
        for result in results.subjects(rdflib.RDF.type, shacl.ValidationResult)
    }


def findings(report: ValidationReport) -> set[tuple[str, str, str]]:
    return {
        (finding.severity, finding.message, finding.focus.strip("<>"))
        for kind in report.kinds.values()
        for finding in kind.examples
    }


SECOND_IDENTIFIER = (
    '<https://identifiers.org/ncbigene/3718> <http://schema.org/identifier> "ncbigene:999" .\n'
)


@pytest.fixture(scope="module")
def twice_damaged(damaged: list[str]) -> list[str]:
    """What was left out, and damage that shows only where all that is said of a gene stands together."""
    return [*damaged, SECOND_IDENTIFIER]


@pytest.fixture(scope="module")
def oracle(twice_damaged: list[str]) -> set[tuple[str, str, str]]:
    found = ask_pyshacl(twice_damaged)
    assert len(found) > 4
    return found


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("ending", [".nt", ".nq", ".ttl", ".nt.zst"])
@pytest.mark.parametrize("seed", range(2))
def test_a_graph_in_any_order_has_the_damage_that_pyshacl_finds(
    twice_damaged: list[str], oracle: set[tuple[str, str, str]], tmp_path: Path,
    seed: int, ending: str, workers: int,
) -> None:  # fmt: skip
    """As rdflib and Virtuoso write N-Triples, and as two files say things of one subject."""
    shuffled = list(twice_damaged)
    random.Random(seed).shuffle(shuffled)
    whole = tmp_path / f"whole{ending}"
    whole.write_bytes(compress_member("".join(shuffled).encode(), compression_of_name(whole.name)))
    parts = [write(tmp_path / f"part{number}.nt", shuffled[number::3]) for number in range(3)]
    for paths in ([whole], parts, [whole, *parts]):
        report = validate(paths, workers=workers, examples=1000)
        assert findings(report) == oracle
        assert (report.figures, report.triples) == (2, len(twice_damaged))


def test_what_a_second_file_says_is_held_against_the_first(
    lines: list[str], tmp_path: Path, oracle: set[tuple[str, str, str]]
) -> None:
    first, second = write(tmp_path / "a.nt", lines), write(tmp_path / "b.nt", [SECOND_IDENTIFIER])
    expected = ask_pyshacl([*lines, SECOND_IDENTIFIER])
    for paths in ([first, second], [second, first], [SEEDS, second]):
        report = validate(paths, examples=1000)
        assert (findings(report), report.count("violation")) == (expected, 1)


def test_what_stands_twice_counts_once(lines: list[str], tmp_path: Path) -> None:
    once = verdict(validate([write(tmp_path / "once.nt", lines)]))
    doubled = write(tmp_path / "doubled.nt", [line for line in lines for _ in range(2)])
    appended = write(tmp_path / "appended.nt", [*lines, *lines])
    turtle = export_seeds(tmp_path / "seeds.ttl")
    for paths in ([doubled], [appended], [doubled, turtle], [turtle, SEEDS]):
        assert verdict(validate(paths)) == once


def test_a_subject_that_comes_back_late_is_noticed(
    lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject_order, "_MOST_WATCHED", 0)
    monkeypatch.setattr(line_chunks, "_CHUNK", 5_000)
    path = write(tmp_path / "late.nt", [*lines, SECOND_IDENTIFIER])
    for workers in (1, 2):
        assert validate([path], workers=workers).count("violation") == 1


def test_a_subject_longer_than_a_chunk_is_read_in_parts(
    damaged: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "long.nt", damaged)
    expected = verdict(validate([path]))
    monkeypatch.setattr(line_chunks, "_CHUNK", 300)
    monkeypatch.setattr(line_chunks, "_LONGEST_CHUNK", 1_000)
    assert verdict(validate([path], workers=2)) == expected
    with path.open("rb") as stream:
        assert max(len(chunk.text) for chunk in line_chunks.cut_lines(path, stream)) < 5_000


@pytest.mark.parametrize("blank", ["\n", "# nothing\n", " \r\n"])
def test_many_blank_lines_are_passed_over(
    blank: str, damaged: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small compressed file can hold hundreds of megabytes of them."""
    expected = verdict(validate([write(tmp_path / "plain.nt", damaged)]))
    monkeypatch.setattr(line_chunks, "_MOST_SKIPPED", 100)
    monkeypatch.setattr(line_chunks, "_CHUNK", 5_000)
    spread = [damaged[0], blank * 20_000, *damaged[1:9], blank * 20_000, *damaged[9:], blank * 20_000]
    path = write(tmp_path / "spread.nt", spread)
    assert verdict(validate([path], workers=2)) == expected
    with path.open("rb") as stream:
        chunks = list(line_chunks.cut_lines(path, stream))
    assert b"".join(chunk.text for chunk in chunks) == path.read_bytes()
    assert max(len(chunk.text) for chunk in chunks) < 40_000
    before = 0
    for chunk in chunks:
        assert chunk.first_line == before + 1
        before += chunk.text.count(b"\n")


def test_blank_nodes_of_two_files_stay_apart(lines: list[str], tmp_path: Path) -> None:
    name = '_:a <http://schema.org/name> "A" .\n'
    paths = [write(tmp_path / f"{number}.nt", [*lines, name]) for number in range(2)]
    assert validate(paths).triples == len(lines) + 2


def test_a_sample_of_a_graph_in_any_order_has_no_false_damage(lines: list[str], tmp_path: Path) -> None:
    shuffled = list(lines)
    random.Random(1).shuffle(shuffled)
    report = validate([write(tmp_path / "shuffled.nt", shuffled)], sample=1)
    assert (report.figures, report.count("violation")) == (1, 0)
