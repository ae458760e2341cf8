"""Whatever stands in a file of RDF: it is read as others read it, or refused in one line, and
nothing is replaced by a part.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from pyoxigraph import RdfFormat, Store
from support.fuzz_rounds import Rounds
from support.in_process import Command
from support.mutation import mutate
from support.places import SEEDS

from pfocr_ld.stores.embedded import open_store

pytestmark = pytest.mark.slow

ENDINGS = ["nt", "ttl", "nq", "trig", "jsonld", "rdf"]
COMMANDS = {
    "validate": ["validate", "{}", "--workers", "1"],
    "diff": ["diff", "{}", "{whole}", "--workers", "1"],
    "query": ["query", "most-mentioned-genes", "--data", "{}", "--format", "csv"],
    "load": ["load", "{}", "--store", "{store}"],
    "convert": ["query", "{all}", "--data", "{}", "--format", "ntriples"],
}


@pytest.fixture
def dumps(command: Command, tmp_path: Path) -> dict[str, bytes]:
    """The seeds' dump in each format."""
    written = {}
    for ending in ENDINGS:
        path = tmp_path / f"whole.{ending}"
        assert command("export", SEEDS, "-o", path, "-q", "--workers", 1).status == 0
        written[ending] = path.read_bytes()
    return written


class Trial:
    """Runs a command on a spoilt file, with a store that must stay whole."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command = command
        self.names = {"whole": folder / "whole.nt", "store": folder / "store", "all": folder / "all.rq"}
        self.names["all"].write_text("CONSTRUCT WHERE { ?s ?p ?o }")
        assert command("load", self.names["whole"], "--store", self.names["store"]).status == 0
        self.size = self.count()

    def count(self) -> int:
        return len(open_store(self.names["store"]))

    def run(self, name: str, path: Path) -> int:
        """Run a command; whatever it meets is said in one line."""
        run = self.command(*(part.format(path, **self.names) for part in COMMANDS[name]))
        errors = [line for line in run.err.splitlines() if line.startswith("Error: ")]
        assert run.status in (0, 1) and "Traceback" not in run.err, run.err
        assert len(errors) == 1 or not run.status or name == "validate", run.err
        return run.status


@pytest.fixture
def trial(command: Command, tmp_path: Path, dumps: dict[str, bytes]) -> Trial:
    return Trial(command, tmp_path)


def test_texts(trial: Trial, dumps: dict[str, bytes], tmp_path: Path, rounds: Rounds) -> None:
    """A load that ends well holds what the file says; one that does not leaves the store as it was."""
    for random in rounds():
        ending = random.choice(ENDINGS)
        path = tmp_path / f"spoilt.{ending}"
        path.write_bytes(mutate(dumps[ending], random))
        for name in COMMANDS:
            status = trial.run(name, path)
            if name == "load":
                if status:
                    assert trial.count() == trial.size
                else:
                    expected = Store()
                    expected.load(path=str(path), format=RdfFormat.from_extension(ending))
                    named = {quad.graph_name for quad in expected}
                    assert len(named) > 1 or trial.count() >= len(expected)
                    trial = Trial(trial.command, tmp_path) if trial.count() != trial.size else trial


@pytest.mark.parametrize("ending", ["nt.gz", "ttl.gz", "nt.zst", "ttl.zst"])
def test_cuts(trial: Trial, dumps: dict[str, bytes], tmp_path: Path, rounds: Rounds, ending: str) -> None:
    """A compressed file that was cut anywhere is refused by all, also between its
    blocks and in its checksum.
    """
    text = dumps[ending.split(".")[0]]
    middle = text.index(b"\n", len(text) // 2) + 1
    for random in rounds():
        pieces = random.choice([[text], [text[:middle], text[middle:]]])
        if ending.endswith("gz"):
            members = [gzip.compress(piece, mtime=0) for piece in pieces]
        else:
            sized = zstandard.ZstdCompressor(
                write_checksum=random.random() < 0.5, write_content_size=random.random() < 0.5
            )
            members = [sized.compress(piece) for piece in pieces]
        last = len(members[-1])
        cut = random.choice([1, 2, 3, 4, 5, 8, 9, random.randrange(1, last), random.randrange(1, last)])
        path = tmp_path / f"cut.{ending}"
        path.write_bytes(b"".join(members)[:-cut])
        for name in COMMANDS:
            assert trial.run(name, path) == 1, (name, cut, len(members))
        assert trial.count() == trial.size


@pytest.mark.parametrize("ending", ["nt.gz", "nt.zst"])
def test_damage(trial: Trial, dumps: dict[str, bytes], tmp_path: Path, rounds: Rounds, ending: str) -> None:
    """A compressed file with a checksum whose bytes were changed is refused, or is what it was."""
    compress = gzip.compress if ending == "nt.gz" else zstandard.ZstdCompressor(write_checksum=True).compress
    whole = compress(dumps["nt"])
    for random in rounds():
        damaged = bytearray(whole)
        damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
        path = tmp_path / f"damaged.{ending}"
        path.write_bytes(damaged)
        for name in COMMANDS:
            trial.run(name, path)
        assert trial.count() == trial.size
