"""Opening data in memory and stores on disk, and the messages when that cannot be."""

# mypy: disable-error-code="union-attr"
# (a test that reads what a term does not have fails by itself)

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import zstandard
from pyoxigraph import NamedNode, Store, Triple, serialize
from support.dumps import triples_of, write_dump
from support.places import SEEDS

from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.loading.data import load_data
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.rdf_files import is_rdf_file, rdf_format, read_quads
from pfocr_ld.stores.embedded import open_store
from pfocr_ld.validating.validate import validate
from pfocr_ld.writing.compression import compress_member

ENTITIES = b"""<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
><rdf:Description rdf:about="urn:s"><value xmlns="urn:">&b;</value></rdf:Description></rdf:RDF>"""

# Between two elements, where Oxigraph misses nothing.
CUT_XML = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="urn:">
<rdf:Description rdf:about="urn:s"><value>1</value></rdf:Description>
"""


@pytest.mark.parametrize("ending", [".nt", ".ttl", ".nq", ".trig", ".rdf", ".jsonld"])
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_a_file_is_opened_by_its_ending(tmp_path: Path, ending: str, compression: str) -> None:
    plain = write_dump(tmp_path / f"dump{ending}", figures=3)
    file = tmp_path / f"dump{ending}{compression}"
    if compression == ".gz":
        file.write_bytes(gzip.compress(plain.read_bytes()))
    elif compression:
        file.write_bytes(zstandard.compress(plain.read_bytes()))

    assert {quad.triple for quad in read_quads(file)} == triples_of(
        write_dump(tmp_path / "same.nt", figures=3)
    )
    assert len(load_data([file])) == 3 * 33


def test_a_gzip_file_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    lines = write_dump(tmp_path / "dump.nt", figures=2).read_bytes().splitlines(keepends=True)
    file = tmp_path / "dump.nt.gz"
    file.write_bytes(b"".join(map(gzip.compress, lines)))
    assert len(list(read_quads(file))) == len(lines)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.nt", b"<urn:s> <urn:p> <urn:o> .\n\n<urn:s> nothing .\n", r"a\.nt:3: not valid N-Triples: "),
        ("a.ttl", b"<urn:s> <urn:p> \xff .", r"a\.ttl:1: not valid Turtle: "),
        (
            "a.jsonld",
            b'{"@context": "http://schema.example/", "name": "x"}',
            r"a\.jsonld: names a JSON-LD context on the web",
        ),
        (
            "a.nt.gz",
            gzip.compress(b"<urn:s> <urn:p> <urn:o> .\n", mtime=0)[:-9],
            r"a\.nt\.gz: .*damaged or cut short",
        ),
        ("a.nt.gz", b"no gzip", r"a\.nt\.gz: .*damaged or cut short"),
        ("a.nt.zst", b"no zstd", r"a\.nt\.zst: .*damaged or cut short"),
        ("a.nt.gz", b"", r"a\.nt\.gz: .*damaged or cut short: it is empty"),
        ("a.nt.zst", b"", r"a\.nt\.zst: .*damaged or cut short: it is empty"),
        pytest.param(
            "a.nt",
            b'<urn:s> <urn:p> "' + b"a" * (17 << 20) + b'" .\n',
            r"a\.nt: a term is longer than 16 MiB",
            id="a-long-term",  # its text would be one of 17 million letters
        ),
        ("a.rdf", ENTITIES, r"a\.rdf: not valid RDF/XML: it declares XML entities"),
        ("a.rdf", CUT_XML, r"a\.rdf: not valid RDF/XML: it is cut short"),
        ("a.rdf.gz", gzip.compress(CUT_XML, mtime=0), r"a\.rdf\.gz: not valid RDF/XML: it is cut short"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SourceError, match=message) as caught:
        load_data([file])
    assert "\n" not in str(caught.value)
    with pytest.raises(SourceError, match=message):
        list(read_quads(file))


@pytest.mark.parametrize(
    "context",
    [
        '"https://schema.org/"',
        '"http://www.schema.org"',
        '["https://schema.org/docs/jsonldcontext.jsonld", {"ex": "urn:ex:"}]',
        '"https:\\/\\/schema.org\\/"',
    ],
)
def test_the_context_of_schema_org_comes_with_the_package(tmp_path: Path, context: str) -> None:
    file = tmp_path / "a.jsonld"
    file.write_text(
        f'{{"@context": {context}, "@id": "urn:s", "name": "\\"@context\\": \\"https://schema.org/\\""}}'
    )
    assert [(quad.predicate.value, quad.object.value) for quad in read_quads(file)] == [
        ("http://schema.org/name", '"@context": "https://schema.org/"')
    ]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize("name", ["a.nt", "a.ttl", "a.rdf", "a.jsonld"])
def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path, name: str, ending: str) -> None:
    form = rdf_format(Path(name))
    assert form is not None
    triple = Triple(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"))
    content = b"\xef\xbb\xbf" + (serialize([triple], format=form) or b"")
    file = tmp_path / f"{name}{ending}"
    file.write_bytes(compress_member(content, ending))
    assert [quad.triple for quad in read_quads(file)] == [triple]


@pytest.fixture(scope="module")
def members() -> list[bytes]:
    """Lines in pieces of which each can be read by itself: what a cut leaves is valid RDF."""
    lines = [f"<urn:s{number}> <urn:p> <urn:o{number % 7}> .\n".encode() for number in range(9000)]
    return [b"".join(lines[start : start + 3000]) for start in range(0, 9000, 3000)]


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("end", [1, 3, 4, 8, 0.99, 0.7, 0.5, 0.35, 0.1, 0.001])
def test_a_cut_file_is_never_taken_for_a_whole_one(
    tmp_path: Path, members: list[bytes], ending: str, end: float
) -> None:
    """Within a checksum, between blocks, within a header: the frames before the cut are complete."""
    whole = b"".join(compress_member(part, ending) for part in members)
    file = tmp_path / f"cut.nt{ending}"
    file.write_bytes(whole)
    assert len(list(read_quads(file))) == 9000
    file.write_bytes(whole[:-end] if isinstance(end, int) else whole[: int(len(whole) * end)])
    for read in (lambda: list(read_quads(file)), lambda: load_data([file]), lambda: validate([file])):
        with pytest.raises(SourceError, match=r"cut\.nt\..*damaged or cut short"):
            read()


def test_a_frame_cut_between_two_blocks_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    line = b"<urn:s> <urn:p> <urn:o> .\n"
    compressor = zstandard.ZstdCompressor().compressobj()
    blocks = [
        compressor.compress(line) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for _ in range(3)
    ]
    file = tmp_path / "cut.nt.zst"
    file.write_bytes(b"".join(blocks))
    with pytest.raises(SourceError, match=r"cut\.nt\.zst.*it ends within a frame"):
        list(read_quads(file))
    file.write_bytes(b"".join(blocks) + compressor.flush())
    assert len(list(read_quads(file))) == 3


def test_frames_and_what_may_stand_between_them_are_read(tmp_path: Path) -> None:
    skippable = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"  # RFC 8878, section 3.1.2
    frames = [zstandard.compress(f"<urn:s> <urn:p> <urn:o{number}> .\n".encode()) for number in range(3)]
    file = tmp_path / "frames.nt.zst"
    file.write_bytes(skippable + skippable.join([frames[0], zstandard.compress(b""), *frames[1:]]))
    assert len(list(read_quads(file))) == 3


def test_what_is_there_to_load_is_checked_first(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to load"):
        load_data([])
    with pytest.raises(SourceError, match=r"gone\.nt: no such file or folder"):
        load_data([tmp_path / "gone.nt"])
    with pytest.raises(SourceError, match="not the name of an RDF file"):
        list(read_quads(tmp_path / "dump.xls"))


def test_records_and_files_are_told_apart(tmp_path: Path) -> None:
    assert is_rdf_file(Path("a/dump.TTL.GZ"))
    assert not is_rdf_file(Path("a/record.md"))
    assert not is_rdf_file(Path("snapshot.tar.gz"))
    folder = tmp_path / "folder.nt"
    folder.mkdir()
    assert not is_rdf_file(folder)

    dump = write_dump(tmp_path / "dump.nt", figures=1)
    store = load_data([dump, SEEDS])
    figures = list(store.quads_for_pattern(None, NamedNode("http://schema.org/image"), None))
    assert len(figures) == 2  # the seeds'
    assert len(store) > 900


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.nt").write_text(f'_:x <urn:p> "{name}" .\n')
    assert len({quad.subject for quad in load_data([tmp_path / "a.nt", tmp_path / "b.nt"])}) == 2


def test_a_store_is_opened_for_reading_only_by_many(tmp_path: Path) -> None:
    directory = tmp_path / "store"
    load_into_directory([write_dump(tmp_path / "dump.nt", figures=2)], directory, LoadOptions())
    before = sorted(path.name for path in directory.iterdir())

    stores = [open_store(directory) for _ in range(3)]
    count = "from pathlib import Path; from pfocr_ld.stores.embedded import open_store; import sys;"
    elsewhere = subprocess.run(
        [sys.executable, "-c", f"{count} print(len(open_store(Path(sys.argv[1]))))", str(directory)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert [len(store) for store in stores] == [66] * 3
    assert elsewhere.stdout == "66\n"
    with pytest.raises(RuntimeError):
        stores[0].update("INSERT DATA { <urn:s> <urn:p> <urn:o> }")
    assert sorted(path.name for path in directory.iterdir()) == before


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store: make one with 'pfocr-ld load PATH --store"):
        open_store(tmp_path / "nothing")
    with pytest.raises(StoreError, match="not an Oxigraph store"):
        open_store(tmp_path)
    damaged = tmp_path / "damaged"
    Store(str(damaged))
    for file in damaged.glob("MANIFEST-*"):
        file.unlink()
    with pytest.raises(StoreError, match="the store is damaged: load it again"):
        open_store(damaged)


def test_a_store_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    """A store of one triple, written by pyoxigraph 0.3.22."""
    with tarfile.open(Path(__file__).parent / "data" / "oxigraph-0.3-store.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    directory = tmp_path / "oxigraph-0.3-store"
    with pytest.raises(StoreError, match="another version of Oxigraph wrote this store: load it again"):
        open_store(directory)

    load_into_directory([write_dump(tmp_path / "dump.nt", figures=1)], directory, LoadOptions())
    assert len(open_store(directory)) == 33
