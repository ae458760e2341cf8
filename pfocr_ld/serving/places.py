"""Where an IRI of the data is answered on this host, and which IRI a path stands for.

PFOCR's own IRIs keep their path (``/figures/….html``); what has an IRI at identifiers.org
is at ``/id/PREFIX/LOCAL``.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote

from pfocr_ld.vocabulary import (
    EXAMPLES,
    FAMILIES,
    GENID,
    IDENTIFIERS,
    LEXICONS,
    ONTOLOGY,
    ORGANISMS,
    PFOCR,
    SITE,
    encode,
    field_iri,
    figure_iri,
    identifier_iri,
    prefixes,
)

_IDENTIFIERS = {
    namespace: prefix
    for form in (prefixes("path"), prefixes("compact"))
    for prefix, namespace in form.items()
    if namespace.startswith(IDENTIFIERS)
}
_LEXICON = "vocab/lexicon/"
_PATHS: dict[str, Callable[[str], str]] = {
    "figures/": lambda name: figure_iri(name.removesuffix(".html")),
    "families/": lambda name: FAMILIES + quote(name, safe=""),
    "organisms/": lambda name: f"{ORGANISMS}{encode(name.removesuffix('.html'))}.html",
    "vocab/field/": field_iri,
    "vocab/confidence/": lambda name: f"{ONTOLOGY}/confidence/{encode(name)}",
    "vocab/": lambda name: f"{ONTOLOGY}/{quote(name, safe='/')}",
    ".well-known/sparql-examples/": lambda name: EXAMPLES + encode(name),
    ".well-known/genid/": lambda name: GENID + encode(name),
}
PATHS = (*_PATHS, "id/")
"""What the paths of IRIs begin with."""


def iris_of_path(path: str) -> tuple[str, ...]:
    """Return the IRIs that a path may stand for: none, one, those of both forms of identifiers.org, of
    which a graph has one, or those of a lexicon that the vocabulary knows and of one that it does not.

    :param path: decoded, without the slash before it.
    """
    if path.startswith("id/"):
        prefix, _, local = path.removeprefix("id/").partition("/")
        if not local or prefix not in _IDENTIFIERS.values():
            return ()
        if local.lower().startswith(f"{prefix}:"):  # as in doid/DOID:219
            local = local[len(prefix) + 1 :]
        return identifier_iri(prefix, local), prefixes("compact")[prefix] + encode(local)
    if path.startswith(_LEXICON) and len(path) > len(_LEXICON):
        name = quote(path.removeprefix(_LEXICON), safe="")
        return LEXICONS + name, PFOCR + name
    for start, to_iri in _PATHS.items():
        if path.startswith(start) and len(path) > len(start):
            return (to_iri(path.removeprefix(start)),)
    return ()


def path_of_iri(iri: str) -> str | None:
    """Return the path at which an IRI is answered, as it stands in a link and without a slash
    before it; None for others.
    """
    if iri.startswith(f"{SITE}/"):
        return iri.removeprefix(f"{SITE}/")
    for namespace, prefix in _IDENTIFIERS.items():
        if iri.startswith(namespace):
            return f"id/{prefix}/{encode(unquote(iri.removeprefix(namespace)))}"
    return None
