"""faults: every operation of the plugin's meets every fault, in a real collectd; see matrix.py, `python -m faults`."""

import os


def is_long() -> bool:
    """is_long: `make check-long` asks for everything, not for a sample."""
    return os.environ.get("CHECK") == "long"
