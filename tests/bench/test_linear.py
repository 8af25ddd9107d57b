"""Work grows with the input, not with its square: counted in instructions, the same in every run."""

import pytest

from bench.linear import FILES, INPUTS, grow

# Sorting and tables that double are a little more than linear; four times the size would cost four times as much again.
MOST_EXCESS = 1.25


@pytest.mark.parametrize("kind", INPUTS)
def test_reading_a_megabyte_is_linear(kind, tmp_path):
    assert 0.75 < grow(kind, (250_000, 1_000_000), tmp_path).excess < MOST_EXCESS


@pytest.mark.parametrize("kind", FILES)
def test_a_state_file_is_written_and_read_in_linear_time(kind, tmp_path):
    assert 0.75 < grow(kind, (5_000, 20_000), tmp_path).excess < MOST_EXCESS
