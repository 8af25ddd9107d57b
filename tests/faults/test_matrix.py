"""A sample of the matrix: every operation, fault and position at least once. All of it: `python -m faults`."""

from e2e.collectd import TOP
from faults.kinds import KINDS
from faults.matrix import Matrix, all_cells, failures, sample, table
from faults.operations import OPERATIONS


def test_a_sample_of_all_faults(tmp_path):
    wanted = sample()
    matrix = Matrix(wanted, tmp_path / "matrix")
    matrix.run()
    text = table(matrix.results)
    (TOP / "build" / "results").mkdir(exist_ok=True)
    (TOP / "build" / "results" / "faults.txt").write_text(text + "\n")
    print(text)
    assert failures(matrix) == []
    assert len(matrix.results) == len(wanted)


def test_the_sample_has_every_operation_fault_and_position():
    chosen = sample()
    assert {cell.operation for cell in chosen} == set(OPERATIONS)
    assert {cell.kind.name for cell in chosen} == {kind.name for kind in KINDS}
    assert {cell.position for cell in chosen} == {"first", "middle", "last", "only"}


def test_a_cell_is_left_out_only_where_there_is_no_such_fault():
    """No pages, no JSON, no name, no TLS, no HTTP: what the operation has none of cannot fail."""
    cells = {(cell.operation.name, cell.kind.name) for cell in all_cells()}
    full = {(operation.name, kind.name) for operation in OPERATIONS for kind in KINDS}
    left_out = {(operation, kind) for operation, kind in full - cells if operation != "credential_process"}
    paged = {"endless pages", "repeated token"}
    of_hosts = {"name does not resolve", "name server hangs", "TLS failure", "wrong CA", "expired certificate"}
    of_json = {"truncated JSON", "wrong types", "deep nesting", "duplicate keys", "NUL and invalid UTF-8"}
    for operation, kind in left_out:
        texts = operation in ("instance token", "instance role", "instance region")
        instance = operation.startswith("instance ")
        assert kind in paged or (kind in of_hosts and instance) or (kind in of_json and texts), (operation, kind)
    for operation in ("ListApps", "ListDomains", "ListSpaces", "DescribeLogStreams", "FilterLogEvents"):
        assert {kind.name for kind in KINDS} == {kind for name, kind in cells if name == operation}
