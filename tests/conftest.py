"""What holds for every test, whatever it tests."""

import pytest

from e2e.secrecy import files_that_tell


# What a collectd leaves, wherever a test has let it run: log and values, standard output, memory.
_LEFT = {"output", "stdout", "sagemaker.state"}


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_written(tmp_path_factory):
    """no_secret_is_written searches what the tests' collectds have left."""
    yield
    assert [path for path in files_that_tell(tmp_path_factory.getbasetemp()) if path.name in _LEFT] == []
