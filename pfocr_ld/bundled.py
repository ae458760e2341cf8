"""Where ``ontologies/`` and ``queries/`` are: the only module that knows.

In a checkout, and so in an editable install, both stand beside the package; in a wheel they travel inside it
(``[tool.hatch.build.targets.wheel.force-include]`` in ``pyproject.toml``).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = {
    "ontologies": (_PACKAGE / "ontologies", _PACKAGE.parent / "ontologies"),
    "queries": (_PACKAGE / "queries_bundled", _PACKAGE.parent / "queries"),
}


def bundled_folder(name: str) -> Path:
    """Return the folder ``ontologies`` or ``queries`` that belongs to this installation.

    :raises FileNotFoundError: the installation is damaged: the folder is neither in
        the package nor beside it.
    """
    for candidate in _FOLDERS[name]:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation of pfocr-ld lacks its folder '{name}': install it again")


def read_bundled(folder: str, name: str) -> str:
    """Return the text of a file in ``ontologies`` or ``queries``."""
    return (bundled_folder(folder) / name).read_text(encoding="utf-8")
