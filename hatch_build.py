"""The addresses of the package: of PFOCR, and of the repository that builds it.

The source has no address of its own to write down: whoever publishes does so from a repository, and GitHub's
workflows say which (``GITHUB_SERVER_URL``, ``GITHUB_REPOSITORY``). A build anywhere else names none.
"""

from __future__ import annotations

import os
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ProjectAddresses(MetadataHookInterface):
    """Gives ``[project.urls]`` (Core metadata, "Well-known Project URLs in Metadata")."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the addresses."""
        urls = {
            "PFOCR": "https://pfocr.wikipathways.org/",
            "PFOCR database": "https://github.com/wikipathways/pfocr-database",
        }
        if name := os.environ.get("GITHUB_REPOSITORY"):
            home = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
            urls |= {
                "Source": home,
                "Issues": f"{home}/issues",
                "Documentation": f"{home}/tree/HEAD/docs",
                "Changelog": f"{home}/blob/HEAD/CHANGELOG.md",
            }
        metadata["urls"] = urls
