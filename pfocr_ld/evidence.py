"""What counts as evidence that a figure mentions something: the values of the parameter or option
``evidence`` (data model, section 5).

``named``
    what the record names with high or medium confidence: ``schema:mentions``
``possible``
    what it names with low confidence, too: ``pfocr:possiblyMentions``
``implied``
    what it names, and the members of the families that it names
``all``
    what it names with any confidence, and the members of all those families

As a term of a query it is the path from a figure to what it mentions, so that the default is one
property and as quick. A path may lead to a gene twice (a figure names JAK1 and the family JAK): count
figures and genes with ``DISTINCT``.
"""

from __future__ import annotations

from typing import Literal

from pfocr_ld.terms import iri
from pfocr_ld.vocabulary import PFOCR, SCHEMA

Evidence = Literal["named", "possible", "implied", "all"]

_NAMED = iri(SCHEMA.mentions)
_ANY = f"({_NAMED}|{iri(PFOCR.possiblyMentions)})"
_MEMBER = iri(PFOCR.member)

EVIDENCE_PATHS = {
    "named": _NAMED,
    "possible": _ANY,
    "implied": f"({_NAMED}|{_NAMED}/{_MEMBER})",
    "all": f"({_ANY}|{_ANY}/{_MEMBER})",
}
"""The value → the path from a figure to what it mentions."""
