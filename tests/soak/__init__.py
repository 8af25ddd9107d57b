"""soak: one collectd for thousands of intervals, in a world that does not rest; see run.py, `python -m soak`."""
