"""What holds for every test, whatever it tests."""

import pytest

from e2e.secrecy import files_that_tell


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_written(tmp_path_factory):
    """no_secret_is_written searches all that the tests and their collectds have left: logs, values, states, reports."""
    yield
    # A stand-in's world has the keys that it accepts.
    told = [file for file in files_that_tell(tmp_path_factory.getbasetemp()) if file.name != "world.json"]
    assert told == []
