"""python -m faults [sample | WORD ...]: the matrix, a sample of it, or the cells whose names have all the words."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import ended
from faults.matrix import Matrix, Result, all_cells, failures, sample, table


def main(arguments: list[str]) -> int:
    wanted = sample() if arguments == ["sample"] else all_cells()
    if arguments and arguments != ["sample"]:
        wanted = [cell for cell in wanted if all(word in str(cell) for word in arguments)]
    if not wanted:
        print(f"no cell has {' and '.join(arguments)} in its name", file=sys.stderr)
        return 2
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        matrix = Matrix(wanted, Path(folder) / "matrix", _tell)
        matrix.run()
    print(table(matrix.results))
    print(f"in one collectd with {len(matrix.lanes)} accounts, {time.monotonic() - started:.0f} s")
    for line in matrix.stray[:10]:
        print(line, file=sys.stderr)
    return 1 if failures(matrix) or len(matrix.results) < len(wanted) else 0


def _tell(result: Result) -> None:
    """_tell prints what is wrong at once: the whole matrix takes a while."""
    if result.failure is not None:
        print(result, file=sys.stderr, flush=True)


if __name__ == "__main__":
    ended.run(lambda: main(sys.argv[1:]))
