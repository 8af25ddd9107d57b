"""`make demo` and `make once`. They stand beside the tests because they share the harness that runs a collectd,
and because what is shown to people is tested like everything else. The tables are those of sagemaker-idle."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging" / "idle"))
