"""What a store knows of its loads: a small graph in the store itself, so that any machine can go on with one.

For a loaded graph the digests of the files in it and how many triples it had; for a staging graph the target,
the digest and how many batches have arrived (a target that is filled directly is its own staging graph).
Nothing of this is needed to use the data, and losing it costs no more than a load done over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pfocr_ld.checksums import sha256_of_file
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.stores.transport import as_number
from pfocr_ld.vocabulary import SITE

LOADS = SITE + "/loads#"
"""What the names of all records, and of all staging graphs, begin with."""
LOADS_GRAPH = LOADS + "graph"
"""The graph of the records."""
PROBE_GRAPH = LOADS + "probe"
"""A graph that never exists, for finding out what a user may do."""
FIGURE_LOADS = LOADS + "figures"
"""What stands for all graphs of figures in the records."""

UNKNOWN_DIGEST = "sha256:" + 64 * "0"
"""What stands for data that did not come from a file which was loaded whole."""

_DIGEST, _TRIPLES, _TARGET, _BATCHES, _BATCH_SIZE = (
    f"{LOADS}{name}" for name in ("digest", "triples", "target", "batches", "batchSize")
)
# What is read from a store becomes part of an update again, so it is only taken where it can be nothing else.
_DIGEST_FORM = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Loaded:
    """What was loaded into a graph."""

    digests: frozenset[str]
    triples: int
    """That the graph had then."""


@dataclass(frozen=True)
class Staged:
    """A staging graph of a load that has not come to its end."""

    graph: str
    target: str
    digest: str
    batches: int
    """That have arrived."""
    batch_size: int


def digest_of_files(files: Iterable[Path]) -> str:
    """Return the SHA-256 digest of the bytes of files, in their order."""
    digest = sha256()
    for file in files:
        digest.update(bytes.fromhex(sha256_of_file(file)))
    return f"sha256:{digest.hexdigest()}"


def staging_graph(target: str, digest: str) -> str:
    """Return the name of the staging graph for a load: the same whenever the same is
    loaded to the same place.
    """
    return f"{LOADS}staging-{sha256(f'{target} {digest}'.encode()).hexdigest()[:16]}"


def difference_graphs(target: str, digest: str) -> tuple[str, str]:
    """Return the names of the staging graphs for what is to be removed and what is to be added."""
    name = staging_graph(target, digest)
    return f"{name}-removed", f"{name}-added"


def read_loaded(store: RemoteStore, graph: str) -> Loaded | None:
    """Read what the store knows of ``graph``."""
    properties = _read_properties(store, graph)
    if (
        _DIGEST not in properties or _TARGET in properties
    ):  # the latter is a load that has not come to its end
        return None
    digests = frozenset(digest for digest in properties[_DIGEST] if _DIGEST_FORM.fullmatch(digest))
    return Loaded(digests, _number(properties, _TRIPLES))


def read_staged(store: RemoteStore, target: str) -> list[Staged]:
    """Read which loads into ``target`` have not come to their end."""
    query = f'SELECT ?s WHERE {{ GRAPH <{LOADS_GRAPH}> {{ ?s <{_TARGET}> "{target}" }} }}'
    rows = store.select(query, columns=1)
    found = []
    for name in sorted(subject.value for (subject,) in rows if subject is not None):
        properties = _read_properties(store, name)
        digest = next(iter(properties.get(_DIGEST, [])), "")
        ours = target, staging_graph(target, digest), *difference_graphs(target, digest)
        if not (_DIGEST_FORM.fullmatch(digest) and name in ours):
            continue  # not written here, and nothing to drop
        batches, size = _number(properties, _BATCHES), _number(properties, _BATCH_SIZE)
        found.append(Staged(name, target, digest, batches, size))
    return found


def loaded_update(graph: str, loaded: Loaded) -> str:
    """Return the update that records what has been loaded into ``graph``."""
    values = {_DIGEST: [f'"{digest}"' for digest in sorted(loaded.digests)], _TRIPLES: [str(loaded.triples)]}
    return _record_update(graph, values)


def staged_update(staged: Staged) -> str:
    """Return the update that records how far a load has come."""
    values = {
        _TARGET: [f'"{staged.target}"'],
        _DIGEST: [f'"{staged.digest}"'],
        _BATCHES: [str(staged.batches)],
        _BATCH_SIZE: [str(staged.batch_size)],
    }
    return _record_update(staged.graph, values)


def forget_update(graph: str) -> str:
    """Return the update that removes what is recorded of ``graph``."""
    return f"DELETE WHERE {{ GRAPH <{LOADS_GRAPH}> {{ <{graph}> ?p ?o }} }}"


def _record_update(subject: str, values: dict[str, list[str]]) -> str:
    statements = " ; ".join(f"<{name}> {', '.join(texts)}" for name, texts in values.items())
    return (
        f"{forget_update(subject)} ;\nINSERT DATA {{ GRAPH <{LOADS_GRAPH}> {{ <{subject}> {statements} }} }}"
    )


def _read_properties(store: RemoteStore, subject: str) -> dict[str, list[str]]:
    properties: dict[str, list[str]] = {}
    query = f"SELECT ?p ?o WHERE {{ GRAPH <{LOADS_GRAPH}> {{ <{subject}> ?p ?o }} }}"
    for name, value in store.select(query, columns=2):
        if name is not None and value is not None:
            properties.setdefault(name.value, []).append(value.value)
    return properties


def _number(properties: dict[str, list[str]], name: str) -> int:
    """Return a number of a record, 0 where there is none; where two loads wrote at once there may be
    several, and the least is safe.
    """
    numbers = map(as_number, properties.get(name, []))
    return min((number for number in numbers if number is not None), default=0)
