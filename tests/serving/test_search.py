"""The search as people use it: what is found and why, what filters do, and what an empty result says."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import SEEDS
from support.served_site import Reply, ask

from pfocr_ld.analysing.figure_index import load_figure_sets
from pfocr_ld.loading.load import load_into_directory
from pfocr_ld.loading.options import LoadOptions
from pfocr_ld.serving.preparation import find_preparation
from pfocr_ld.serving.problems import Problem
from pfocr_ld.serving.search import Filters, SearchIndex, split_terms
from pfocr_ld.serving.search_index import make_index
from pfocr_ld.serving.search_routes import run_search

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seeds site")]

JAK_STAT = "/figures/PMC6966445__cancers-11-02002-g001.html"
OTHER = "/figures/PMC7892604__fmed-07-607725-g0002.html"


@pytest.fixture
def site(seeds_site: str) -> str:
    return seeds_site


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    folder = tmp_path_factory.mktemp("index")
    load_into_directory([SEEDS], folder / "store", LoadOptions())
    make_index(folder / "store", folder / "search.sqlite")
    return SearchIndex(folder / "search.sqlite")


def search(site: str, q: str, **parameters: str) -> Any:
    reply = ask(site, "GET", f"/search?{urlencode({'q': q, **parameters})}", Accept="application/json")
    assert reply.status == 200, reply.text
    return reply.json()


def page(site: str, **parameters: str) -> Reply:
    return ask(site, "GET", f"/search?{urlencode(parameters)}", Accept="text/html")


@pytest.mark.parametrize(
    ("q", "paths", "field"),
    [
        ("TYK2", [JAK_STAT], "word"),
        ("tyk2", [JAK_STAT], "word"),
        ("ncbigene:7297", [JAK_STAT], "name"),
        ("PMC6966445", [JAK_STAT], "identifier"),
        ("PMC6966445__F1", [JAK_STAT], "identifier"),
        ("10.3390/cancers11122002", [], ""),  # the seed has no DOI
        ("Janus kinase-signal transducer", [JAK_STAT], "title"),
        ('"signal transducer and activator"', [JAK_STAT], "title"),
        ('"activator and transducer"', [], ""),
        ("TYK2 IRF9", [JAK_STAT], "word"),
        ("TYK2 nosuchword", [], ""),
        ("IL-6", [JAK_STAT], "word"),
        ("NLK", [], ""),  # read with low confidence
        ("tyk", [JAK_STAT], "word"),  # the beginning of a word
    ],
)
def test_a_search_finds_figures_and_says_why(site: str, q: str, paths: list[str], field: str) -> None:
    found = search(site, q)
    assert [figure["path"] for figure in found["figures"]] == paths
    assert found["total"] == len(paths)
    if field:
        assert field in found["figures"][0]["why"]


@pytest.mark.parametrize(
    ("parameters", "paths"),
    [
        ({"from": "2019", "to": "2019"}, [JAK_STAT]),
        ({"from": "2020"}, [OTHER]),
        ({"to": "2018"}, []),
        ({"organism": "https://identifiers.org/taxonomy/10090"}, [JAK_STAT]),
        ({"journal": "No Such Journal"}, []),
    ],
)
def test_filters_narrow_a_search(site: str, parameters: dict[str, str], paths: list[str]) -> None:
    found = search(site, "pathway* OR signaling", **parameters, confidence="any")
    assert found["figures"] == []  # operators of FTS5 are words like others
    everything = {figure["path"] for figure in search(site, "the", confidence="any")["figures"]}
    assert {figure["path"] for figure in search(site, "the", **parameters)["figures"]} == everything & set(
        paths
    )


def test_readings_of_low_confidence_are_found_on_demand(site: str) -> None:
    (figure,) = search(site, "NLK", confidence="any")["figures"]
    assert "possibly" in figure["why"]


def test_a_member_of_a_family_is_found_on_demand(site: str) -> None:
    assert [figure["path"] for figure in search(site, "JAK3")["figures"]] == []
    found = {figure["path"]: figure["why"] for figure in search(site, "JAK3", confidence="any")["figures"]}
    assert "member of a family" in found[JAK_STAT]


def test_the_page_shows_things_cards_and_why(site: str) -> None:
    text = page(site, q="JAK1").text
    assert 'href="/id/ncbigene/3716">JAK1</a>' in text
    assert "gene, Homo sapiens" in text
    assert f'href="{JAK_STAT}"' in text
    assert "<mark>JAK1</mark>" in text


def test_an_empty_result_says_what_was_understood(site: str) -> None:
    text = page(site, q="TYK2 nosuchword").text
    assert "“TYK2”: in 2 figures" in text  # one of them names its family only
    assert "“nosuchword”: in no figure" in text
    assert "readings of low confidence" not in text  # where the word stands in none either
    text = page(site, q="CRKL PMC7892604").text  # another figure's paper
    assert "“CRKL”: in 1 figure" in text and "readings of low confidence" in text
    assert "no letter or digit" in page(site, q="+++").text
    assert page(site, q="").status == 200


def test_names_are_completed(site: str) -> None:
    proposals = ask(site, "GET", "/complete?q=stat").json()
    assert {one["value"] for one in proposals} >= {"STAT1", "STAT family"}
    assert {one["kind"] for one in ask(site, "GET", "/complete?q=stat&kind=gene").json()} == {"gene"}
    assert ask(site, "GET", "/complete?q=").json() == []
    assert ask(site, "GET", "/complete?q=3716").json() == []
    assert [one["value"] for one in ask(site, "GET", "/complete?q=ncbigene:3716").json()] == ["JAK1"]


@pytest.mark.parametrize("parameter", ["from", "to", "page"])
def test_a_filter_that_is_no_number_is_refused(site: str, parameter: str) -> None:
    reply = ask(site, "GET", f"/search?q=JAK1&{parameter}=abc")
    assert (reply.status, "no number" in reply.json()["detail"]) == (400, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_searched_for(index: SearchIndex, text: str) -> None:
    found = index.search(text, Filters(unsure=True))
    assert found.terms == split_terms(text)
    assert len(found.cards) == min(found.number, 24)
    index.complete(text)


def test_what_is_damaged_beside_a_store_is_made_anew(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory(sorted(SEEDS.iterdir())[:1], store, LoadOptions())
    with ExitStack() as stack:
        made = find_preparation(store, stack)
        made.complete(store)
        void, examples = made.void, made.examples
        assert find_preparation(store, stack).is_complete
        contents = {file: file.read_bytes() for file in made.folder.iterdir()}
        assert len(contents) == 3
        for share in (0, 0.001, 0.5, 1):
            for file, content in contents.items():
                kept = content[: int(len(content) * share)]
                file.write_bytes(kept if share < 1 else b"\xff" * len(content))
            again = find_preparation(store, stack)
            assert list(again.folder.iterdir()) == []
        again.complete(store)
        assert (again.void, again.examples, again.is_complete) == (void, examples, True)


def test_what_a_killed_run_left_goes_when_its_work_is_done_again(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_into_directory([SEEDS], store, LoadOptions())
    load_figure_sets(store, "9606", "named")
    [named] = tmp_path.glob(".store.figure-sets/*")
    targets = (tmp_path / "search.sqlite", named.with_name(named.name.replace("named", "implied")))
    left = [target.with_name(f".{target.name[:50]}.0123456789abcdef.part") for target in targets]
    for file in left:
        file.write_bytes(b"half")
    load_figure_sets(store, "9606", "implied")
    make_index(store, targets[0])
    assert [file.exists() for file in (*left, *targets)] == [False, False, True, True]


def test_an_index_that_is_damaged_while_it_is_served_is_one_line(tmp_path: Path) -> None:
    load_into_directory([SEEDS], tmp_path / "store", LoadOptions())
    file = tmp_path / "search.sqlite"
    make_index(tmp_path / "store", file)
    content = file.read_bytes()
    for damaged in (
        content[:100] + b"\xff" * (len(content) - 100),
        content[: len(content) // 2],
        b"\xff" * 99,
    ):
        file.write_bytes(damaged)
        with pytest.raises(Problem) as refused:
            asyncio.run(run_search(lambda: SearchIndex(file).search("JAK1", Filters())))
        assert refused.value.status == 503
