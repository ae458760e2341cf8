"""``pfocr-ld export`` as a person meets it: options, streams, a pipe, another locale, 80 columns."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from support.checkout import Checkout, block, front_matter, inline_gene
from support.in_process import Command
from support.places import SEEDS

from pfocr_ld.rdf_formats import ENDINGS

pytestmark = pytest.mark.slow

PFOCR_LD = [sys.executable, "-m", "pfocr_ld"]


@pytest.fixture
def source(checkout: Checkout) -> Path:
    checkout.record("PMC1__a", figtitle="АКТ – Туре", genes=[inline_gene("A", "A", "1")])
    return checkout.root


def test_seeds(command: Command, tmp_path: Path) -> None:
    done = command("export", SEEDS, "-o", tmp_path / "pfocr.ttl")
    assert (done.status, done.out) == (0, b"")
    store = ox.Store()
    store.load(path=str(tmp_path / "pfocr.ttl"), format=ox.RdfFormat.TURTLE)
    assert done.err == (
        f"2 figures, {len(store):,} triples; rows of mentions: 155 gene, 1 chemical, 1 disease\n"
    )


def test_standard_output_is_turtle_and_what_a_file_would_hold(
    command: Command, source: Path, tmp_path: Path
) -> None:
    command("export", source, "-o", tmp_path / "out.ttl")
    for arguments in ([], ["-o", "-"], ["--format", "turtle"]):
        done = command("export", source, *arguments)
        assert done.out == (tmp_path / "out.ttl").read_bytes()
        assert done.err.startswith("1 figure, ")
    assert command("export", source, "--format", "ntriples").out.startswith(b"<https://pfocr")


def test_quiet_says_nothing(command: Command, source: Path) -> None:
    assert command("export", source, "-q").err == ""


@pytest.mark.parametrize("ending", ENDINGS)
def test_ending_chooses_the_format(command: Command, source: Path, tmp_path: Path, ending: str) -> None:
    assert command("export", source, "-o", tmp_path / f"out{ending}").status == 0
    store = ox.Store()
    store.load(path=str(tmp_path / f"out{ending}"), format=ox.RdfFormat.from_extension(ending[1:]))
    assert len(store) > 0


def test_format_counts_before_the_ending(command: Command, source: Path, tmp_path: Path) -> None:
    command("export", source, "-o", tmp_path / "out.txt", "--format", "ntriples")
    command("export", source, "-o", tmp_path / "out.nt")
    assert (tmp_path / "out.txt").read_bytes() == (tmp_path / "out.nt").read_bytes()


def test_a_second_ending_compresses(command: Command, source: Path, tmp_path: Path) -> None:
    for name in ("out.nt", "out.nt.gz", "out.nt.zst", "again.nt.gz"):
        assert command("export", source, "-o", tmp_path / name).status == 0
    plain, zipped, packed, again = (
        (tmp_path / name).read_bytes() for name in ("out.nt", "out.nt.gz", "out.nt.zst", "again.nt.gz")
    )
    assert gzip.decompress(zipped) == plain
    with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream:
        assert stream.read() == plain
    assert zipped == again


def test_options_of_form(command: Command, source: Path) -> None:
    out = command("export", source, "--identifiers", "compact", "--schema-org", "https").out.decode()
    assert "@prefix schema: <https://schema.org/> ." in out
    assert "@prefix ncbigene: <https://identifiers.org/ncbigene:> ." in out
    assert "schema:license <https://creativecommons.org/publicdomain/zero/1.0/>" in out
    unrepaired = command("export", source, "--no-repair").out.decode()
    assert "schema:license <https://pfocr.wikipathways.org/figures/CC0>" in unrepaired
    assert 'schema:name "CreativeWork"' in unrepaired


def test_named_graphs_need_a_format_that_has_them(command: Command, source: Path) -> None:
    done = command("export", source, "--graphs", "figure", "--format", "trig")
    assert b"\n<https://pfocr.wikipathways.org/figures/PMC1__a#graph> {\n" in done.out
    assert command("export", source, "--graphs", "figure").status != 0


def test_several_sources_and_the_first_of_two_records_counts(
    command: Command, source: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.md"
    again.write_text(
        front_matter({"figid": "PMC1__a", "figtitle": "later", "schema-jsonld": block("PMC1__a")})
    )
    done = command("export", source, again, SEEDS)
    assert done.err.splitlines()[0] == (
        "Rejected: again.md:2: the figid 'PMC1__a' is that of database/_figures/PMC1__a.md, which counts"
    )
    assert "later" not in done.out.decode()
    assert b'"later"' in command("export", again, source).out


def test_parts_in_order_hold_what_the_whole_does(
    command: Command, tmp_path: Path, checkout: Checkout
) -> None:
    for number in range(7):
        checkout.record(f"PMC{number}__a", genes=[inline_gene("A", "A", "1")])
    figures = []
    for part in ("1/3", "2/3", "3/3"):
        lines = command(
            "export", checkout.root, "--format", "ntriples", "--shard", part, "-q"
        ).out.splitlines()
        figures += [line for line in lines if line.startswith(b"<https://pfocr.wikipathways.org/figures/")]
    whole = command("export", checkout.root, "--format", "ntriples", "-q").out.splitlines()
    assert figures == [line for line in whole if line.startswith(b"<https://pfocr.wikipathways.org/figures/")]


def test_existing_file_is_replaced_as_a_whole(command: Command, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    target.write_text("before" * 10_000)
    link = tmp_path / "link.ttl"
    link.symlink_to(target)
    command("export", source, "-o", link)
    assert link.is_symlink()
    assert target.read_bytes() == command("export", source).out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["database", "link.ttl", "out.ttl"]


def test_file_has_the_permissions_of_any_new_file(command: Command, source: Path, tmp_path: Path) -> None:
    command("export", source, "-o", tmp_path / "out.ttl")
    (tmp_path / "other").touch()
    assert (tmp_path / "out.ttl").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["seeds", "--formats", "turtle"],
        ["seeds", "--format", "rdf"],
        ["seeds", "--identifiers", "curie"],
        ["seeds", "--schema-org", "ftp"],
        ["seeds", "--workers", "0"],
        ["seeds", "--workers", "many"],
        ["seeds", "--shard", "3/2"],
        ["seeds", "--shard", "0/2"],
        ["seeds", "--shard", "half"],
        ["seeds", "-o"],
    ],
    ids=" ".join,
)
def test_misuse(command: Command, arguments: list[str]) -> None:
    done = command("export", *arguments)
    assert (done.status, done.out) == (2, b"")
    assert done.err.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in done.err


def test_unknown_command(command: Command) -> None:
    done = command("exprot", "seeds")
    assert done.status == 2
    assert "No such command 'exprot'" in done.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["export", "--help"], ["export", "-h"]])
def test_help_fits_80_columns(
    command: Command, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = command(*arguments)
    assert (done.status, done.err) == (0, "")
    lines = done.out.decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Usage: ")


def test_help_tells_every_option(command: Command) -> None:
    text = command("export", "--help").out.decode()
    for option in ("--output", "--format", "--identifiers", "--schema-org", "--no-repair", "--strict"):
        assert re.search(rf"{option}\b[^\n]*\n?\s+\S", text), option
    for option in ("--report", "--workers", "--quiet", "--graphs", "--shard"):
        assert option in text


def test_version(command: Command) -> None:
    assert re.fullmatch(rb"pfocr-ld, version \d+\.\d+\.\d+\n", command("--version").out)


# --- as a shell runs it


def test_a_reader_that_has_seen_enough(checkout: Checkout) -> None:
    for number in range(300):  # more than a pipe holds
        checkout.record(f"PMC{number}__a", caption="x" * 1_000)
    process = subprocess.Popen(
        [*PFOCR_LD, "export", checkout.root, "-q"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"@prefix schema: <http://schema.org/> .\n"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() != 0
    assert errors == b""


@pytest.mark.parametrize("encoding", ["C", "POSIX", "de_DE.ISO-8859-1"])
def test_output_is_utf_8_in_any_locale(source: Path, tmp_path: Path, encoding: str) -> None:
    (source / "_figures" / "АКТ.md").write_text("broken")
    environment = {**os.environ, "LC_ALL": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    report = tmp_path / "report.json"
    done = subprocess.run(
        [*PFOCR_LD, "export", str(source), "-q", "--report", str(report)],
        check=True,
        env=environment,
        capture_output=True,
    )
    assert 'schema:name "АКТ – Туре"' in done.stdout.decode("utf-8")
    assert done.stderr.count(b"\n") == 2
    assert b"Traceback" not in done.stderr
    report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "reads"),
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), True, id="crlf"),
        pytest.param(lambda text: "\ufeff" + text, True, id="byte-order-mark"),
        pytest.param(lambda text: "\ufeff" + text.replace("\n", "\r\n"), True, id="both"),
        pytest.param(lambda text: text + "\nWhatever follows: [\n---\n", True, id="body"),
        pytest.param(lambda text: "\n" + text, False, id="empty-first-line"),
    ],
)
def test_what_editors_do_to_a_record(command: Command, tmp_path: Path, change, reads: bool) -> None:  # type: ignore[no-untyped-def]
    text = front_matter(
        {
            "figid": "PMC1__a",
            "caption": "one\ntwo",
            "pmcid": "PMC1",
            "genes": [inline_gene("A", "A", "1")],
            "schema-jsonld": block("PMC1__a"),
        }
    )
    outs = []
    for content in (text, change(text)):
        (tmp_path / "a.md").write_text(content, encoding="utf-8", newline="")
        outs.append(command("export", tmp_path / "a.md", "-q").out)
    assert (outs[0] == outs[1]) is reads


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_a_device_that_is_open_already_is_written_where_it_stands(
    source: Path, tmp_path: Path, device: str
) -> None:
    target = tmp_path / "kept.ttl"
    target.write_text("# kept\n")
    with target.open("ab") as appended:
        arguments = ["export", str(source), "-o", device, "--format", "turtle", "-q"]
        subprocess.run([*PFOCR_LD, *arguments], stdout=appended, check=True)
    kept, _, added = target.read_text(encoding="utf-8").partition("\n")
    assert (kept, added[:7]) == ("# kept", "@prefix")
    assert [path.name for path in tmp_path.iterdir() if path != source] == ["kept.ttl"]


def test_a_replaced_file_keeps_its_mode(command: Command, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    target.touch(0o600)
    assert command("export", source, "-o", target).status == 0
    assert (target.stat().st_mode & 0o777, target.stat().st_size > 0) == (0o600, True)


def test_a_loop_of_links_is_told(command: Command, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    target.symlink_to(target)
    done = command("export", source, "-o", target)
    assert (done.status, done.err) == (
        1,
        f"Error: {target}: cannot be written: Too many levels of symbolic links\n",
    )


@pytest.mark.parametrize("option", ["--report", "--cache"])
def test_no_other_file_takes_the_place_of_the_output(
    command: Command, source: Path, tmp_path: Path, option: str
) -> None:
    (tmp_path / "link.ttl").symlink_to("out.ttl")
    done = command("export", source, "-o", tmp_path / "out.ttl", option, tmp_path / "link.ttl")
    assert done.status == 2
    assert f"--output and {option} name the same file" in done.err
    assert not (tmp_path / "out.ttl").exists()
