"""bench: what a scan costs, beside what it has to and what a script costs. `make bench` runs it; RESULTS.md is its output."""
