"""Plain text for a page in Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*\[\]<>&|~$]|(?<!\w)_|_(?!\w))")
_BEGINS_BLOCK = re.compile(r"^(?=[#+=-])")
_BEGINS_LIST = re.compile(r"^(\d+)(?=[.)])")


def escape_markdown(text: str) -> str:
    """Return a text for the middle of a line or a cell of a table: CommonMark sees one line
    of text, and nothing else.
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def escape_markdown_block(text: str) -> str:
    """Return a text that may stand at the beginning of a line, where some characters
    begin a heading or a list.
    """
    line = _BEGINS_BLOCK.sub(r"\\", escape_markdown(text))
    return _BEGINS_LIST.sub(r"\1\\", line)
