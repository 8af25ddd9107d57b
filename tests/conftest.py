"""What holds for every test, whatever it tests."""

import signal

import pytest

from e2e.secrecy import files_that_tell

# A shell that starts something in the background lets it ignore Ctrl-C, and all that it starts inherits that: programs
# under test are to find what they would find in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_written(tmp_path_factory):
    """no_secret_is_written searches all that the tests' collectds have left: logs, values, states, reports."""
    yield
    folders = {path.parent for path in tmp_path_factory.getbasetemp().rglob("collectd.conf")}
    assert [path for folder in folders for path in files_that_tell(folder)] == []
