"""The architecture as data: which part of the package may import which, and which library is used where.

The parts stand in the order of their dependencies: one knows those that it names, all of which stand above
it, and nothing below. Imports inside functions and for type checkers count as well.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

import pytest
from support.places import ROOT

PACKAGE = ROOT / "pfocr_ld"


class Part(NamedTuple):
    """Modules that change together: those of a folder, or some that stand beside the folders."""

    modules: str
    """Names, or ``reading.*`` for all modules of a folder."""
    knows: str
    """The parts that its modules may import, besides their own."""


def folder(name: str, knows: str) -> Part:
    return Part(f"{name} {name}.*", knows)


PARTS = {
    # what everything stands on
    "ground": Part(
        "version errors messages arguments model vocabulary datatypes rdf_formats bundled terms descriptions "
        "curies lexicons written_forms organisms word_lists evidence "
        "confidence grammars sparql_tokens schema_context nesting "
        "web_addresses rdf_files release_descriptions leftovers own_folders checksums appended_files "
        "distinct_counts markdown processes",
        "",
    ),
    # records → figures → triples → bytes
    "reading": folder("reading", "ground"),
    "mapping": folder("mapping", "ground"),
    "writing": folder("writing", "ground"),
    # what is counted on the way
    "summarising": folder("summarising", "ground mapping writing"),
    # all of it, for many records
    "exporting": folder("exporting", "ground reading mapping writing summarising"),
    "figures": Part("figures", "ground reading mapping writing exporting"),
    # graphs that others have written
    "comparing": folder("comparing", "ground"),
    "validating": folder("validating", "ground reading writing exporting comparing"),
    # stores and services
    "stores": folder("stores", "ground"),
    "loading": folder("loading", "ground writing exporting stores"),
    "querying": folder("querying", "ground writing summarising stores loading"),
    # what is published
    "describing": folder("describing", "ground summarising"),
    "releasing": folder(
        "releasing",
        "ground reading writing summarising exporting comparing validating querying describing",
    ),
    "fair": folder("fair", "ground"),
    "analysing": folder("analysing", "ground writing stores loading"),
    "serving": folder("serving", "ground stores loading querying describing analysing"),
    # what people use
    "interface": Part(
        "__init__ answers dataset dataset_views tasks",
        "ground writing exporting figures comparing validating stores loading querying releasing analysing",
    ),
    "cli": Part(
        "cli cli.* __main__",
        "ground reading writing exporting validating comparing stores loading querying releasing fair "
        "analysing serving",
    ),
}

LIBRARIES = {
    "yaml": "reading.front_matter",
    "pyld": "mapping.schema_org",
    "rdflib": "answers dataset_views figures stores.endpoint querying.patterns fair.* "
    "serving.store_statistics "
    "describing.metadata_graph describing.dataset_* "
    "describing.fair_data_point",
    "pyparsing": "grammars stores.endpoint querying.patterns",
    "SPARQLWrapper": "stores.endpoint",
    "requests": "stores.transport stores.credentials",
    "click": "cli cli.*",
    "starlette": "serving.*",
    "uvicorn": "serving.*",
    "pandas": "answers",
    "pyarrow": "answers summarising.parquet summarising.mention_columns summarising.joining",
    "pyshacl": "fair.shape_rules",
    "distributed": "exporting.cluster",
    "isal": "writing.compression reading.archive_members reading.tarball analysing.figure_index",
    "zlib_ng": "writing.compression",
    "zstandard": "writing.compression rdf_files comparing.subject_partitions exporting.mapping_cache "
    "serving.*",
    "jinja2": "describing.landing_page serving.html_pages analysing.enrichment_page",
    "markupsafe": "describing.landing_page",
    # The modules that turn records into bytes have terms that are texts, so that they need not wait for it.
    "pyoxigraph": "answers dataset cli.query terms lexicons writing.rdf_xml rdf_files loading.round_trip "
    "comparing.blocks validating.* "
    "comparing.diff comparing.interpretation describing.dataset_labels "
    "stores.embedded stores.kinds stores.endpoint_answers "
    "stores.endpoint "
    "loading.batches loading.survey loading.figure_graphs loading.data loading.directory "
    "loading.part_digests loading.kept_digests loading.difference loading.changing "
    "loading.remote_store querying.* fair.* "
    "analysing.figure_sets releasing.tables serving.query_worker serving.served_store "
    "serving.store_statistics serving.search_index serving.service_description "
    "serving.figure_words serving.indexed_figures",
}
"""A library → the modules that may import it."""

OPTIONAL = {"distributed", "pandas", "pyarrow", "starlette", "uvicorn"}
"""Libraries of an extra: what needs them says so when they are missing."""

# The order of the main road, from ARCHITECTURE: a module never imports one to its right.
ROAD = (
    "errors model vocabulary terms descriptions lexicons mapping.entities mapping.mentions mapping.figure "
    "writing.serialise "
    "exporting.report exporting.batch exporting.export"
)


class Import(NamedTuple):
    """A module of the package and what it imports."""

    module: str
    imported: str


def find_modules() -> list[str]:
    names = (path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))
    return sorted(name.replace("/__init__", "").replace("/", ".") for name in names)


def parse_modules() -> dict[str, ast.Module]:
    parsed = {}
    for module in MODULES:
        path = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
        source = path if path.exists() else path.with_suffix("") / "__init__.py"
        parsed[module] = ast.parse(source.read_text(encoding="utf-8"))
    return parsed


def find_imports() -> Iterator[Import]:
    for module, tree in PARSED.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module} imports by a relative name"
                yield from (Import(module, f"{node.module}.{alias.name}") for alias in node.names)


def own_module(name: str) -> str | None:
    """Return the module of the package that an imported name is, or is in."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in MODULES:
        parts.pop()
    return ".".join(parts) or "__init__"


def matches(module: str, names: str) -> bool:
    return any(fnmatchcase(module, name) for name in names.split())


def parts_of(module: str) -> list[str]:
    """Return the parts that name a module: those that name it as it is, or else those
    whose pattern it matches.
    """
    exact = [name for name, part in PARTS.items() if module in part.modules.split()]
    return exact or [name for name, part in PARTS.items() if matches(module, part.modules)]


MODULES = find_modules()
PARSED = parse_modules()
IMPORTS = list(find_imports())
OWN = sorted(
    {
        Import(one.module, own)
        for one in IMPORTS
        if one.imported.startswith("pfocr_ld") and (own := own_module(one.imported)) and own != one.module
    }
)
FOREIGN = sorted(
    {
        Import(one.module, library)
        for one in IMPORTS
        if (library := one.imported.partition(".")[0]) not in sys.stdlib_module_names
        and library != "pfocr_ld"
    }
)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_of_one_part(module: str) -> None:
    assert len(parts_of(module)) == 1, f"put {module} in a part of the table above: {parts_of(module)}"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_knows_only_parts_above_it(part: str) -> None:
    above = list(PARTS)[: list(PARTS).index(part)]
    assert set(PARTS[part].knows.split()) <= set(above)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_what_its_part_knows(module: str) -> None:
    (part,) = parts_of(module)
    known = {part, *PARTS[part].knows.split()}
    imported = [one.imported for one in OWN if one.module == module]
    assert {name: parts_of(name)[0] for name in imported if parts_of(name)[0] not in known} == {}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_names_no_part_that_it_does_not_use(part: str) -> None:
    modules = [module for module in MODULES if parts_of(module) == [part]]
    used = {parts_of(one.imported)[0] for one in OWN if one.module in modules} - {part}
    assert set(PARTS[part].knows.split()) == used


@pytest.mark.parametrize("library", sorted({one.imported for one in FOREIGN}))
def test_a_library_is_used_where_the_table_says(library: str) -> None:
    users = {one.module for one in FOREIGN if one.imported == library}
    assert {module for module in users if not matches(module, LIBRARIES.get(library, ""))} == set()


def test_every_library_of_the_table_is_used() -> None:
    assert set(LIBRARIES) == {one.imported for one in FOREIGN}


def test_every_library_is_a_declared_dependency() -> None:
    declared = re.findall(r'^ +"([A-Za-z0-9._-]+)[><=]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    packages = {"yaml": "PyYAML", "distributed": "distributed", "markupsafe": "Jinja2", "pyparsing": "rdflib"}
    packages["zlib_ng"] = "zlib-ng"
    # markupsafe comes with Jinja2, pyparsing with rdflib, which is written with it
    needed = {packages.get(library, library).lower() for library in LIBRARIES}
    assert needed - {name.lower() for name in declared} == OPTIONAL


def test_no_module_imports_itself_in_a_circle() -> None:
    imports = {module: {one.imported for one in OWN if one.module == module} for module in MODULES}
    while leaves := [module for module, imported in imports.items() if not imported & imports.keys()]:
        for module in leaves:
            del imports[module]
    assert imports == {}


def test_the_main_road_has_one_direction() -> None:
    road = ROAD.split()
    assert [
        one for one in OWN if {*one} <= {*road} and road.index(one.imported) > road.index(one.module)
    ] == []


def test_a_class_has_a_name_of_its_own() -> None:
    """Whoever reads it in a message, or searches for it, finds one thing."""
    named: dict[str, list[str]] = {}
    for module, tree in PARSED.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(module)
    assert {name: files for name, files in named.items() if len(files) > 1} == {}


def test_no_module_is_a_drawer_for_whatever_is_left() -> None:
    names = {part for module in MODULES for part in re.split(r"[._]", module)}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "constants", "config", "core"}


def test_the_test_sees_imports_of_every_kind() -> None:
    """Were the reading of imports broken, every test above would pass."""
    assert Import("reading.front_matter", "errors") in OWN
    assert Import("loading.data", "exporting.export") in OWN  # inside a function
    assert Import("__init__", "figures") in OWN  # for type checkers
    assert Import("reading.front_matter", "yaml") in FOREIGN
    assert Import("cli.export", "exporting.export") in OWN
