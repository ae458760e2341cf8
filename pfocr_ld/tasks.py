"""The commands as functions of Python, with text or paths for paths: what they do is
where the commands have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args

from pfocr_ld.arguments import PathText, as_path, as_paths, check_type
from pfocr_ld.errors import Notify, PfocrError
from pfocr_ld.vocabulary import SchemaScheme

if TYPE_CHECKING:
    from pfocr_ld.comparing.changes import Comparison
    from pfocr_ld.exporting.report import Report
    from pfocr_ld.loading.options import LoadOutcome
    from pfocr_ld.validating.report import ValidationReport

Paths = PathText | Iterable[PathText]


def load(
    data: Paths,
    target: PathText,
    *,
    graph: str | None = None,
    kind: str | None = None,
    figures: bool = False,
    append: bool = False,
    replace: bool = False,
    allow_shrink: bool = False,
    notify: Notify = lambda line: None,
) -> LoadOutcome:
    """Load RDF files, a release or PFOCR records into an embedded store, or a store on a server.

    :param target: the folder of an embedded store, or the address of a server.
    :param graph: the graph to load into; by default that of the figures.
    :param kind: of the server; by default what it says it is.
    :param figures: replace only the graphs of the figures in the data.
    :param append: add to what is there instead of replacing it.
    :param replace: replace a graph even if pfocr-ld did not load it.
    :param allow_shrink: let less than half take the place of what is there.
    :param notify: is told what a person wants to know.
    :raises QueryError: the graph is no absolute IRI.
    :raises SourceError: the data cannot be read.
    :raises StoreError: the store refuses; the message says what it holds.
    """
    from pfocr_ld.loading.load import StoreAddress, load_into_directory, load_into_endpoint
    from pfocr_ld.loading.options import LoadOptions

    paths = as_paths(data, "data")
    options = LoadOptions(append=append, replace_foreign=replace, allow_shrink=allow_shrink, notify=notify)
    if isinstance(target, str) and target.lower().startswith(("http://", "https://")):
        return load_into_endpoint(paths, StoreAddress(target, kind, graph), options, figures=figures)
    return load_into_directory(paths, as_path(target, "target"), options, figures=figures, graph=graph)


def release(
    sources: Paths,
    folder: PathText,
    version: str,
    *,
    previous: PathText | None = None,
    **options: Any,
) -> Report:
    """Make the folder of a dataset release.

    :param version: usually its date, ``2026-11-01``.
    :param previous: the folder of the release before, to compare with.
    :param options: fields of :class:`~pfocr_ld.releasing.release.ReleaseOptions`, such as ``doi``.
    :raises SourceError: a source cannot be read.
    :raises OutputError: the folder exists already or cannot be written, or an option is wrong.
    """
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.releasing.release import ReleaseOptions, make_release

    check_type(version, str, "version")
    before = None if previous is None else as_path(previous, "previous")
    chosen = ReleaseOptions(version, previous=before, **{"workers": usable_cores(), **options})
    return make_release(as_paths(sources, "sources"), as_path(folder, "folder"), chosen)


def validate(
    data: Paths, *, schema_org: SchemaScheme = "http", sample: int | None = None, examples: int = 10
) -> ValidationReport:
    """Check RDF files, release folders or PFOCR records against the shapes of PFOCR.

    :param schema_org: the scheme of the schema.org IRIs in RDF files.
    :param sample: check the first so many figures only.
    :param examples: how many findings of a kind to keep.
    :raises SourceError: something cannot be read, or there is no figure in it.
    :raises PfocrError: there is no such scheme.
    """
    if schema_org not in get_args(SchemaScheme):
        raise PfocrError(f"schema_org {schema_org!r} is none of {', '.join(get_args(SchemaScheme))}")
    if sample is not None:
        check_type(sample, int, "sample")
    check_type(examples, int, "examples")
    from pfocr_ld.processes import usable_cores
    from pfocr_ld.validating.validate import validate as validate_paths

    return validate_paths(as_paths(data, "data"), schema_org, sample, usable_cores(), examples)


def diff(
    old: PathText, new: PathText, folder: PathText | None = None, *, graph: str | None = None
) -> Comparison:
    """Compare two release folders or dumps.

    :param folder: where to write the changes, and the update that makes the new of the old.
    :param graph: the named graph that the update is for.
    :raises QueryError: the graph is no absolute IRI.
    :raises SourceError: a dump cannot be read.
    :raises OutputError: the folder cannot be written.
    """
    from pfocr_ld.comparing.diff import compare_dumps
    from pfocr_ld.processes import usable_cores

    target = None if folder is None else as_path(folder, "folder")
    workers = min(4, usable_cores())
    return compare_dumps(as_path(old, "old"), as_path(new, "new"), target, graph, workers)
