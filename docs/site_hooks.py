"""Adds to the site, below files/, what its pages link to outside of docs/: the vocabulary, the notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\]\(\.\./((?:examples|ontologies)/[^)#]+)")


def on_files(files: Files, *, config: Any) -> Files:
    """Add the files."""
    texts = [file.content_string for file in files.documentation_pages()]
    for name in sorted({name for text in texts for name in _LINK.findall(text)}):
        files.append(File.generated(config, f"files/{name}", abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, **_others: Any) -> str:
    """Let the links lead there."""
    return _LINK.sub(r"](files/\1", markdown)
