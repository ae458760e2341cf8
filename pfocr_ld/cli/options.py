"""Kinds of values that several commands take, and options that several have.

No value is empty: where a variable of the shell is not set, a command would do something else than was
meant, such as taking the current folder for ``Path("")``.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import click

from pfocr_ld.arguments import STANDARD_INPUT
from pfocr_ld.errors import QueryError
from pfocr_ld.messages import closest


class PathName(click.Path):
    """The path of a file or folder.

    Whether it can be read is found out by what reads it, which says so in its own words.
    """

    def __init__(self, path_type: type[str | Path] = Path, **checks: bool) -> None:
        """Take paths, and ``-`` for standard input or output where ``allow_dash`` says so.

        :param checks: as :class:`click.Path` has them.
        """
        super().__init__(path_type=path_type, readable=False, **checks)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path.

        :raises click.BadParameter: it is empty, or ``-`` where that stands for nothing.
        """
        if not os.fspath(value):
            self.fail("the path is empty", param, ctx)
        if os.fspath(value) == STANDARD_INPUT and not self.allow_dash:
            self.fail("- is standard input or output, and neither will do: name a file or folder", param, ctx)
        return super().convert(value, param, ctx)


class TextValue(click.types.StringParamType):
    """A text of some length."""

    def __init__(self, *, may_be_path: bool = False) -> None:
        """Take texts, and where one may be a path also bytes that are no text."""
        self._may_be_path = may_be_path

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text.

        :raises click.BadParameter: it is empty, or no UTF-8.
        """
        if value == "":
            self.fail("the value is empty", param, ctx)
        text = str(super().convert(value, param, ctx))
        if not self._may_be_path and any("\ud800" <= character <= "\udfff" for character in text):
            self.fail(f"{text!r} is not UTF-8 text", param, ctx)
        return text


class OneOf(click.Choice):  # type: ignore[type-arg, unused-ignore]
    """One of some words; what is close to one is told."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word.

        :raises click.BadParameter: it is none of them.
        """
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            close = closest(str(value), [str(choice) for choice in self.choices])
            if not close:
                raise
            message = f"{error.message.rstrip('.')}. Did you mean {close!r}?"
            raise click.BadParameter(message, ctx, param) from error


class Seconds(click.FloatRange):
    """A time in seconds, which has an end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number.

        :raises click.BadParameter: it is none, is out of range, or is ``nan`` or ``inf``.
        """
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds", param, ctx)
        return seconds


class GraphName(TextValue):
    """The IRI of a named graph."""

    name = "iri"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the IRI.

        :raises click.BadParameter: it is no absolute one.
        """
        from pfocr_ld.terms import check_graph_name

        text = super().convert(value, param, ctx)
        try:
            check_graph_name(text)
        except QueryError as error:
            self.fail(str(error), param, ctx)
        return text


workers_option = click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Number of processes.  [default: number of cores]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Show neither progress nor a summary.")
