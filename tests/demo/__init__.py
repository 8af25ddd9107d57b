"""`make demo` and `make once`. They stand beside the tests because they share the harness that runs a collectd,
and because what is shown to people is tested like everything else."""
