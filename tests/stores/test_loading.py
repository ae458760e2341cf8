"""Loading into real stores when all goes well: replace, add, do nothing, replace
figures, check beforehand.
"""

# mypy: disable-error-code="arg-type, list-item, operator"
# (an address may name no graph; those of the fixtures here do)

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, serialize
from support.dumps import triples_of, write_dump, write_figure_dump
from support.store_graphs import canonical, graph_triples
from support.store_servers import PASSWORD, Server

from pfocr_ld.cli import cli
from pfocr_ld.errors import SourceError, StoreError
from pfocr_ld.loading.load import StoreAddress, check_store, load_into_endpoint, open_remote_store
from pfocr_ld.loading.load_log import LOADS_GRAPH, digest_of_files, staging_graph
from pfocr_ld.loading.options import LoadOptions, LoadProgress
from pfocr_ld.loading.remote_store import RemoteStore
from pfocr_ld.stores.credentials import PASSWORD_VARIABLE, USER_VARIABLE
from pfocr_ld.stores.kinds import STORE_KINDS, find_addresses
from pfocr_ld.stores.transport import Transport
from pfocr_ld.vocabulary import DATASET_GRAPH, graph_iri


def test_a_dump_arrives_whole_in_batches(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=60)

    outcome = load_into_endpoint([dump], address, LoadOptions(batch_size=500), transport=transport)

    assert outcome.triples == len(triples_of(dump)) > 1500
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))
    assert store.count(staging_graph(address.graph, digest_of_files([dump]))) == 0


@pytest.mark.parametrize("ending", [".ttl", ".nt.gz", ".rdf"])
def test_a_file_of_any_format_is_loaded(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport, ending: str
) -> None:
    plain = write_dump(tmp_path / f"dump{ending.removesuffix('.gz')}", figures=3)
    file = tmp_path / f"dump{ending}"
    if ending.endswith(".gz"):
        file.write_bytes(gzip.compress(plain.read_bytes()))

    load_into_endpoint([file], address, LoadOptions(), transport=transport)

    assert graph_triples(store, address.graph) == canonical(triples_of(plain))


def test_a_new_release_replaces_the_old_one_and_nothing_else(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    neighbour = replace(address, graph=address.graph + "/neighbour")
    old = write_dump(tmp_path / "old.nt", figures=40)
    new = write_dump(tmp_path / "new.nt", figures=30, release=2)
    for target in (address, neighbour):
        load_into_endpoint([old], target, LoadOptions(), transport=transport)

    load_into_endpoint([new], address, LoadOptions(), transport=transport)

    assert graph_triples(store, address.graph) == canonical(triples_of(new))
    assert graph_triples(store, neighbour.graph) == canonical(triples_of(old))


def test_the_same_file_again_is_a_no_op_until_the_graph_is_changed(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=5)
    load_into_endpoint([dump], address, LoadOptions(), transport=transport)

    assert load_into_endpoint([dump], address, LoadOptions(), transport=transport).already_loaded

    store.update(f"INSERT DATA {{ GRAPH <{address.graph}> {{ <urn:x> <urn:y> <urn:z> }} }}")
    said: list[str] = []
    outcome = load_into_endpoint([dump], address, LoadOptions(notify=said.append), transport=transport)
    assert not outcome.already_loaded
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))
    assert any("changed since it was loaded" in line for line in said)


def test_append_adds_once(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    first = write_dump(tmp_path / "first.nt", figures=6)
    second = write_dump(tmp_path / "second.nt", figures=4, release=2)
    adding = LoadOptions(append=True)
    load_into_endpoint([first], address, LoadOptions(), transport=transport)

    outcome = load_into_endpoint([second], address, adding, transport=transport)

    both = canonical(triples_of(first) | triples_of(second))
    assert graph_triples(store, address.graph) == both
    assert outcome.triples == len(both)
    assert load_into_endpoint([second], address, adding, transport=transport).already_loaded


def test_an_empty_graph_can_be_filled_directly(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=20)
    directly = LoadOptions(direct=True, batch_size=200)

    outcome = load_into_endpoint([dump], address, directly, transport=transport)

    assert outcome.triples == len(triples_of(dump))
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))
    assert load_into_endpoint([dump], address, LoadOptions(), transport=transport).already_loaded
    other = write_dump(tmp_path / "other.nt", figures=3, release=2)
    with pytest.raises(StoreError, match="--direct fills an empty graph only"):
        load_into_endpoint([other], address, directly, transport=transport)
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))


@pytest.mark.parametrize("direct", [True, False])
def test_a_graph_that_was_partly_filled_directly_is_finished_or_begun_again(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport, direct: bool
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=20)

    def stop_at_half(progress: LoadProgress) -> None:
        if progress.triples >= 400:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_into_endpoint(
            [dump],
            address,
            LoadOptions(direct=True, batch_size=200, progress=stop_at_half),
            transport=transport,
        )
    assert 0 < store.count(address.graph) < len(triples_of(dump))
    checks = check_store(address, transport)
    assert [one.name for one in checks if "wait in" in one.finding] == ["unfinished"]

    said: list[str] = []
    options = LoadOptions(direct=direct, batch_size=200, notify=said.append)
    load_into_endpoint([dump], address, options, transport=transport)

    assert any(("going on" if direct else "removing what") in line for line in said)
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))
    assert all(one.passed for one in check_store(address, transport))
    assert load_into_endpoint([dump], address, LoadOptions(), transport=transport).already_loaded


def test_a_graph_of_somebody_else_is_not_replaced_unasked(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    store.update(f"INSERT DATA {{ GRAPH <{address.graph}> {{ <urn:x> <urn:y> <urn:z> }} }}")

    with pytest.raises(StoreError, match=r"holds 1 triples that pfocr-ld did not load.*--replace"):
        load_into_endpoint([dump], address, LoadOptions(), transport=transport)
    assert store.count(address.graph) == 1

    load_into_endpoint([dump], address, LoadOptions(replace_foreign=True), transport=transport)
    assert graph_triples(store, address.graph) == canonical(triples_of(dump))


def test_a_file_that_says_things_twice_is_loaded(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    triples = [*triples_of(write_dump(tmp_path / "dump.nt", figures=3))]
    doubled = tmp_path / "doubled.nt"
    serialize(triples + triples[:20], str(doubled), RdfFormat.N_TRIPLES)

    outcome = load_into_endpoint([doubled], address, LoadOptions(), transport=transport)

    assert outcome.triples == len(canonical(set(triples)))


def test_figures_are_replaced_one_by_one(tmp_path: Path, store: RemoteStore, transport: Transport) -> None:
    everything = write_figure_dump(tmp_path / "all.nq", range(1000, 1012))
    some = write_figure_dump(tmp_path / "some.nq", range(1004, 1006), release=2)
    address = StoreAddress(store.addresses.query)
    load_into_endpoint([everything], address, LoadOptions(), figures=True, transport=transport)

    outcome = load_into_endpoint([some], address, LoadOptions(), figures=True, transport=transport)

    assert outcome.figures == 3  # two and the graph that all share
    for number in range(1000, 1012):
        source = some if number in (1004, 1005) else everything
        graph = graph_iri(f"https://pfocr.wikipathways.org/figures/PMC{number:07}__g{number % 5}.html")
        expected = {triple for triple in triples_of(source) if f"PMC{number:07}" in str(triple.subject)}
        assert graph_triples(store, graph) == canonical(expected), number
    shared = {str(triple.subject) for triple in graph_triples(store, DATASET_GRAPH)}
    assert {f"<https://identifiers.org/ncbigene/{number}>" for number in (1000, 1004)} <= shared
    assert load_into_endpoint(
        [some], address, LoadOptions(), figures=True, transport=transport
    ).already_loaded


def test_figures_shrink_only_when_asked(tmp_path: Path, store: RemoteStore, transport: Transport) -> None:
    large = write_figure_dump(tmp_path / "large.nq", range(2000, 2012))
    small = tmp_path / "small.nq"
    lines = large.read_text().splitlines(keepends=True)
    small.write_text("".join(line for line in lines if "22-rdf-syntax-ns#type" in line))
    address = StoreAddress(store.addresses.query)
    load_into_endpoint([large], address, LoadOptions(), figures=True, transport=transport)
    graph = graph_iri("https://pfocr.wikipathways.org/figures/PMC0002000__g0.html")
    before = store.count(graph)

    with pytest.raises(StoreError, match=r"less than half.*--allow-shrink"):
        load_into_endpoint([small], address, LoadOptions(), figures=True, transport=transport)
    assert store.count(graph) == before
    again = load_into_endpoint([large], address, LoadOptions(), figures=True, transport=transport)
    assert again.already_loaded  # the refused load has left no mark

    load_into_endpoint([small], address, LoadOptions(allow_shrink=True), figures=True, transport=transport)
    assert store.count(graph) < before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("blank.ttl", "<urn:s> <urn:p> [ <urn:q> 1 ] .", "blank nodes"),
        ("graphs.nq", "<urn:s> <urn:p> <urn:o> <urn:g> .", "names graphs .*--figures"),
        ("wrong.nt", "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> .\n", "wrong.nt:2: not valid N-Triples"),
    ],
)
def test_what_cannot_be_sent_leaves_the_target_alone(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport,
    name: str, content: str, message: str,
) -> None:  # fmt: skip
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    load_into_endpoint([dump], address, LoadOptions(), transport=transport)
    bad = tmp_path / name
    bad.write_text(content)

    with pytest.raises(SourceError, match=message):
        load_into_endpoint([bad], address, LoadOptions(), transport=transport)

    assert graph_triples(store, address.graph) == canonical(triples_of(dump))


def test_the_check_before_a_load_changes_nothing(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    checks = check_store(address, transport)
    assert [check.name for check in checks] == ["reachable", "queries", "updates", "uploads", "graph"]
    assert all(check.passed for check in checks)
    assert "is free" in checks[-1].finding
    assert store.kind.name in checks[0].finding
    assert store.count(address.graph) == 0

    load_into_endpoint(
        [write_dump(tmp_path / "dump.nt", figures=1)], address, LoadOptions(), transport=transport
    )
    assert "loaded from sha256:" in check_store(address, transport)[-1].finding


def test_the_commands_do_it_too(tmp_path: Path, server: Server, address: StoreAddress) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    run = CliRunner()
    there = ["--endpoint", address.endpoint, "--graph", address.graph]

    checked = run.invoke(cli, ["stores", *there])
    loaded = run.invoke(cli, ["load", str(dump), *there])
    again = run.invoke(cli, ["load", str(dump), *there])
    dry = run.invoke(cli, ["load", str(dump), "--dry-run", *there])

    assert (checked.exit_code, loaded.exit_code, again.exit_code, dry.exit_code) == (0, 0, 0, 0)
    assert checked.output.splitlines()[-1].startswith("ok    graph")
    assert loaded.stdout == f"{address.graph}: holds {len(triples_of(dump))} triples\n"
    assert "nothing to do" in again.stdout
    assert "loaded from sha256:" in dry.stdout
    assert PASSWORD not in checked.output + loaded.output + again.output + dry.output


def test_an_endpoint_is_the_same_address_in_every_command(tmp_path: Path, server: Server) -> None:
    """That of the store as people give it, or of its query service; and the graph that is loaded by default
    is the one that is asked."""
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    run = CliRunner()
    services = find_addresses(STORE_KINDS[server.kind], server.endpoint)
    for number, address in enumerate((server.endpoint, services.query)):
        for words in (
            ["load", str(dump), "--append" if number else "--replace", "-q"],
            ["stores"],  # not before: the graph may hold what another test left
            ["query", "dataset-overview", "--format", "csv"],
        ):
            done = run.invoke(cli, [*words, "--endpoint", address])
            assert done.exit_code == 0, (words, address, done.output)
        assert done.stdout.splitlines()[1] == "figures,2"


def test_a_wrong_password_is_refused_before_anything_is_sent(
    tmp_path: Path, server: Server, address: StoreAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    if server.user is None:
        pytest.skip("this store has no users")
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong-Ж")
    with pytest.raises(StoreError, match="refuses this user and password") as caught:
        load_into_endpoint([dump], address, LoadOptions())
    assert "wrong" not in str(caught.value)
    assert not check_store(address, Transport())[-1].passed

    monkeypatch.delenv(USER_VARIABLE)
    monkeypatch.setenv("NETRC", str(tmp_path / "nothing"))
    with pytest.raises(StoreError, match="requires a user and a password: set PFOCR_LD_USER"):
        load_into_endpoint([dump], address, LoadOptions())


def test_the_password_may_come_from_netrc(
    tmp_path: Path, server: Server, address: StoreAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    if server.user is None:
        pytest.skip("this store has no users")
    monkeypatch.delenv(USER_VARIABLE)
    monkeypatch.delenv(PASSWORD_VARIABLE)
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {server.user} password {PASSWORD}\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    dump = write_dump(tmp_path / "dump.nt", figures=2)
    outcome = load_into_endpoint([dump], address, LoadOptions())

    assert outcome.triples == len(triples_of(dump))


def test_a_store_without_uploads_is_loaded_by_updates(
    tmp_path: Path, store: RemoteStore, graph: str, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=40)
    address = StoreAddress(store.addresses.query, "generic", graph, update_url=store.addresses.update)

    load_into_endpoint([dump], address, LoadOptions(), transport=transport)

    assert graph_triples(open_remote_store(address, transport), graph) == canonical(triples_of(dump))


def records_of_loads(store: RemoteStore) -> set[str]:
    query = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{LOADS_GRAPH}> {{ ?s ?p ?o }} }}"
    return {str(row) for row in store.select(query, columns=3)}


@pytest.mark.parametrize(
    ("name", "content", "figures"),
    [
        ("blank.ttl", "<urn:s> <urn:p> [ <urn:q> 1 ] .", False),
        ("graphs.nq", "<urn:s> <urn:p> <urn:o> <urn:g> .", False),
        ("wrong.nt", "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> .\n", False),
        ("empty.nt", "", False),
        ("one.nt", "<urn:s> <urn:p> <urn:o> .\n", False),
        ("wrong.nq", "<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> .\n", True),
        ("no-graphs.nq", "<urn:s> <urn:p> <urn:o> .\n", True),
    ],
)
def test_a_load_that_is_refused_leaves_no_mark(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport,
    name: str, content: str, figures: bool,
) -> None:  # fmt: skip
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    load_into_endpoint([dump], address, LoadOptions(), transport=transport)
    before = records_of_loads(store)
    bad = tmp_path / name
    bad.write_text(content)

    with pytest.raises((SourceError, StoreError)):
        load_into_endpoint([bad], address, LoadOptions(), figures=figures, transport=transport)

    assert graph_triples(store, str(address.graph)) == canonical(triples_of(dump))
    assert records_of_loads(store) == before


def test_less_than_half_replaces_something_only_when_asked(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    large, small = (write_dump(tmp_path / f"{count}.nt", figures=count) for count in (9, 4))
    load_into_endpoint([large], address, LoadOptions(), transport=transport)
    with pytest.raises(StoreError, match=r"less than half.*--allow-shrink"):
        load_into_endpoint([small], address, LoadOptions(), transport=transport)
    assert graph_triples(store, str(address.graph)) == canonical(triples_of(large))
    load_into_endpoint([small], address, LoadOptions(allow_shrink=True), transport=transport)
    assert graph_triples(store, str(address.graph)) == canonical(triples_of(small))


def test_a_vocabulary_does_not_take_the_place_of_figures(
    tmp_path: Path, store: RemoteStore, transport: Transport
) -> None:
    vocabulary = tmp_path / "vocabulary.ttl"
    name = f"https://example.org/{store.kind.name}/vocabulary"
    vocabulary.write_text(f"<{name}> a <http://www.w3.org/2002/07/owl#Ontology> .")
    address = StoreAddress(store.addresses.query)
    before = store.count(DATASET_GRAPH)
    outcome = load_into_endpoint([vocabulary], address, LoadOptions(), transport=transport)
    assert (outcome.target, outcome.triples) == (name, 1)
    assert store.count(DATASET_GRAPH) == before
    linkset = tmp_path / "linkset.nt"
    linkset.write_text("<urn:a> <urn:b> <urn:c> .\n")
    with pytest.raises(SourceError, match="name a graph of its own with --graph IRI"):
        load_into_endpoint([linkset], address, LoadOptions(), transport=transport)


def test_a_graph_that_others_changed_is_not_called_what_was_loaded(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    load_into_endpoint(
        [write_dump(tmp_path / "dump.nt", figures=2)], address, LoadOptions(), transport=transport
    )
    store.update(f"INSERT DATA {{ GRAPH <{address.graph}> {{ <urn:x> <urn:y> <urn:z> }} }}")
    finding = check_store(address, transport)[-1].finding
    assert "sha256" not in finding
    assert "others have changed it since" in finding


def test_what_was_added_to_what_others_loaded_is_not_all_there_is(
    tmp_path: Path, store: RemoteStore, address: StoreAddress, transport: Transport
) -> None:
    dump = write_dump(tmp_path / "dump.nt", figures=2)
    store.update(f"INSERT DATA {{ GRAPH <{address.graph}> {{ <urn:x> <urn:y> <urn:z> }} }}")
    load_into_endpoint([dump], address, LoadOptions(append=True), transport=transport)
    assert "elsewhere" in check_store(address, transport)[-1].finding
    assert not load_into_endpoint([dump], address, LoadOptions(), transport=transport).already_loaded
    assert graph_triples(store, str(address.graph)) == canonical(triples_of(dump))
