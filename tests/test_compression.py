"""Compressed exports: readable by the tools of the system and by Python, and the same bytes every time."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO, cast

import pytest
import zstandard
from support.places import SEEDS

from pfocr_ld.exporting.export import ExportOptions, export
from pfocr_ld.rdf_formats import FORMATS
from pfocr_ld.writing.compression import compress_member, compressed
from pfocr_ld.writing.serialise import Style

pytestmark = pytest.mark.slow

TOOLS = {".gz": "gzip", ".zst": "zstd"}
any_compression = pytest.mark.parametrize("compression", TOOLS)


def export_file(source: Path, target: Path, format_name: str = "turtle", batch_size: int = 64) -> bytes:
    export(source, target, ExportOptions(Style(format_name), batch_size=batch_size))
    return target.read_bytes()


def decompress(data: bytes, compression: str) -> bytes:
    if compression == ".gz":
        return gzip.decompress(data)
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


@any_compression
@pytest.mark.parametrize("format_name", FORMATS)
def test_any_format_can_be_compressed(tmp_path: Path, format_name: str, compression: str) -> None:
    plain = export_file(SEEDS, tmp_path / f"out{FORMATS[format_name].ending}", format_name)
    packed = export_file(SEEDS, tmp_path / f"out{FORMATS[format_name].ending}{compression}", format_name)
    assert decompress(packed, compression) == plain
    assert len(packed) < len(plain) / 4


@any_compression
def test_the_tools_of_the_system_read_it(tmp_path: Path, compression: str) -> None:
    tool = shutil.which(TOOLS[compression])
    if not tool:
        pytest.skip(f"{TOOLS[compression]} is not installed")
    target = tmp_path / f"out.ttl{compression}"
    export_file(SEEDS, target)
    subprocess.run([tool, "-tq", target], check=True)
    unpacked = subprocess.run([tool, "-dc", target], check=True, capture_output=True).stdout
    assert unpacked == export_file(SEEDS, tmp_path / "plain.ttl")


@any_compression
def test_the_bytes_do_not_depend_on_how_a_text_is_cut(compression: str) -> None:
    text = b"".join(b"<figure/%d> <mentions> <gene/%d> .\n" % (n, n * n % 977) for n in range(40_000))
    assert {compress(text, compression, size) for size in (len(text), 1 << 20, 70_001, 5_000)} == {
        compress_member(text, compression)
    }


def compress(text: bytes, compression: str, size: int) -> bytes:
    file = io.BytesIO()
    with compressed(cast(BinaryIO, file), compression) as stream:
        for start in range(0, len(text), size):
            stream.write(text[start : start + size])
    return file.getvalue()


@any_compression
def test_the_bytes_are_the_same_every_time(
    corpus: Path, tmp_path: Path, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the time, the file is called, and the batches' size is."""
    first = export_file(corpus, tmp_path / f"first.ttl{compression}")
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert export_file(corpus, tmp_path / f"second.ttl{compression}", batch_size=7) == first
    assert export_file(corpus, tmp_path / f"third.ttl{compression}", batch_size=1000) == first
