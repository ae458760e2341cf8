"""The tables of a graph as Parquet files: compressed with Zstandard, each column with its description.

Rows come in the order of the dataset, which is that of the figids and of the entities' IRIs, so that the
statistics of the row groups tell a reader which of them to leave out. A row group has always the same number
of rows, so the bytes do not depend on how the graph was cut, and memory is that of one such group. The
workers make columns of their rows, which is most of the work. How many records mention an entity is known at
the end, so that the tables that say it wait for it in memory: a few hundred bytes an entity.

pyarrow is 150 MB when it is installed, and only tables need it, so it is an extra.
"""

from __future__ import annotations

import importlib.util
import io
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from pfocr_ld.descriptions import Description
from pfocr_ld.errors import OutputError
from pfocr_ld.summarising.graph_tables import (
    MENTIONED_BY,
    MENTIONS,
    NAMED,
    PAPERS,
    RECORDS,
    TABLES,
    GraphTable,
)
from pfocr_ld.summarising.mention_columns import MentionColumns
from pfocr_ld.summarising.table_rows import Row, rows_of

if TYPE_CHECKING:
    import pyarrow

ROWS_A_GROUP = 1 << 16
LONG_ROWS_A_GROUP = 1 << 13
"""Of records and papers, which are long: a row group waits in memory until it is whole."""
_LONG = (RECORDS, PAPERS)

Columns = dict[str, list[bytes]]
"""A table → rows, as record batches of Arrow without their schema."""


def require_pyarrow() -> None:
    """Find out before the work whether tables can be written.

    :raises OutputError: pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise OutputError("tables need pyarrow: install it with: pip install 'pfocr-ld[tables]'")


def file_name(table: GraphTable) -> str:
    """Return the name of a table's file."""
    return f"{table.name}.parquet"


@cache
def schema_of(table: GraphTable) -> pyarrow.Schema:
    """Return the types of a table's columns, with their descriptions and properties as metadata."""
    import pyarrow

    types = {
        "string": pyarrow.string(),
        "int64": pyarrow.int64(),
        "double": pyarrow.float64(),
        "bool": pyarrow.bool_(),
    }
    fields = []
    for column in table.all_columns:
        type_ = types[column.kind.type_name]
        said = {"description": column.description}
        if column.predicate:
            said["property"] = column.predicate
        fields.append(
            pyarrow.field(
                column.name,
                pyarrow.list_(type_) if column.is_list else type_,
                nullable=column is not table.key,
                metadata=said,
            )
        )
    descriptions = {column.name: column.description for column in table.all_columns}
    metadata = {"description": table.description, "columns": json.dumps(descriptions)}
    return pyarrow.schema(fields, metadata=metadata)


class TableRows:
    """Collects the rows of some nodes."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
        self._mentions = MentionColumns()

    def add(self, descriptions: Iterable[Description]) -> None:
        """Take all that is said of some nodes, each statement once."""
        for description in self._mentions.take(descriptions):
            table, rows = rows_of(description)
            if table is MENTIONS:
                self._mentions.add_rows(rows)
            else:
                self._rows[table.name].extend(rows)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()), len(self._mentions))

    def finish(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        import pyarrow

        columns = {}
        for table in TABLES:
            schema, rows = schema_of(table), self._rows[table.name]
            if table is MENTIONS and self._mentions:
                arrays = self._mentions.arrays(schema.types)
            elif rows:
                cells = zip(zip(*rows, strict=True), schema.types, strict=True)
                arrays = [pyarrow.array(of_column, type_) for of_column, type_ in cells]
            else:
                continue
            batch = pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
            columns[table.name] = [batch.serialize().to_pybytes()]
        self._begin()
        return columns


def join_columns(parts: Iterable[Columns]) -> Columns:
    """Return the rows of several pieces as those of one."""
    joined: Columns = {}
    for part in parts:
        for name, rows in part.items():
            joined.setdefault(name, []).extend(rows)
    return joined


class TableFiles:
    """Writes the tables while their rows come."""

    def __init__(
        self, open_file: Callable[[str], AbstractContextManager[BinaryIO]], stack: ExitStack
    ) -> None:
        """Open the files.

        :param open_file: opens a file by its name.
        :param stack: closes the files.
        """
        self._files: dict[str, _TableFile] = {}
        self._mentioned: Counter[str] = Counter()
        for table in TABLES:
            file = _TableFile(table, stack.enter_context(open_file(file_name(table))), self._mentioned)
            stack.callback(file.close)
            self._files[table.name] = file

    def add(self, columns: Columns) -> None:
        """Take rows; they keep their order."""
        for name, batches in columns.items():
            for rows in batches:
                self._files[name].add(rows)

    def finish(self) -> dict[str, int]:
        """Write what waits, and return how many rows each table has."""
        counts = {
            name: file.finish() for name, file in sorted(self._files.items(), key=lambda one: one[1].waits)
        }
        return {table.name: counts[table.name] for table in TABLES}


class _TableFile:
    def __init__(self, table: GraphTable, stream: BinaryIO, mentioned: Counter[str]) -> None:
        """Open a table.

        :param mentioned: how many records mention each entity: counted of the records, said of the entities.
        """
        import pyarrow
        from pyarrow import parquet

        self._key = table.key.name
        self._counts, self.waits = NAMED in table.columns, MENTIONED_BY in table.columns
        self._mentioned = mentioned
        self._rows_a_group = LONG_ROWS_A_GROUP if table in _LONG else ROWS_A_GROUP
        self._schema = schema_of(table)
        self._stream = _Counting(stream)
        self._writer = parquet.ParquetWriter(
            pyarrow.PythonFile(self._stream, mode="w"),
            self._schema,
            compression="zstd",
            compression_level=1,  # 3 takes a fifth longer, for files that are no smaller
            write_page_index=True,
        )
        self._waiting: deque[pyarrow.RecordBatch] = deque()
        self._count = self._rows = 0

    def add(self, rows: bytes) -> None:
        import pyarrow

        batch = pyarrow.ipc.read_record_batch(pyarrow.py_buffer(rows), self._schema)
        self._waiting.append(batch)
        self._count += batch.num_rows
        if not self.waits:
            self._write_groups()

    def _write_groups(self) -> None:
        while self._count >= self._rows_a_group:
            self._write(self._rows_a_group)

    def _write(self, count: int) -> None:
        import pyarrow

        group = pyarrow.Table.from_batches(self._take(count), self._schema).combine_chunks()
        if self._counts:
            self._count_mentions(group)
        elif self.waits:
            group = self._say_mentions(group)
        self._writer.write_table(group, row_group_size=count)
        self._rows += count
        pyarrow.default_memory_pool().release_unused()  # it would keep for itself what a group took

    def _take(self, count: int) -> Iterator[pyarrow.RecordBatch]:
        """Yield the first rows that wait, so many."""
        self._count -= count
        while count:
            batch = self._waiting.popleft()
            if batch.num_rows > count:
                self._waiting.appendleft(batch.slice(count))
                batch = batch.slice(0, count)
            count -= batch.num_rows
            yield batch

    def _count_mentions(self, rows: pyarrow.Table) -> None:
        from pyarrow import compute

        for pair in compute.value_counts(compute.list_flatten(rows[NAMED.name])).to_pylist():
            self._mentioned[pair["values"]] += pair["counts"]

    def _say_mentions(self, rows: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        place = rows.schema.get_field_index(MENTIONED_BY.name)
        counts = [self._mentioned[entity] for entity in rows[self._key].to_pylist()]
        return rows.set_column(place, self._schema.field(place), pyarrow.array(counts, pyarrow.int64()))

    def finish(self) -> int:
        self._write_groups()
        if self._count:
            self._write(self._count)
        self._writer.close()
        return self._rows

    def close(self) -> None:
        """Let go of the file, which may be incomplete: pyarrow would write its end when it is collected."""
        self._stream.stop()
        self._writer.close()


class _Counting(io.RawIOBase):
    """A stream that knows where it is, as a Parquet file must."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._place = 0
        self._stopped = False

    def stop(self) -> None:
        """Take what is written from now on for nothing."""
        self._stopped = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self._stopped:
            self._stream.write(data)
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place
