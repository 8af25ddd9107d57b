"""A collectd that is not instrumented, with a plugin that is: SANITIZER=address or SANITIZER=thread in the environment.

The sanitizer's library is loaded ahead of all others, as it wants it; what it finds is written to a file beside the
daemon's own. Nothing is made of SANITIZER unset.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
_REPORT = "sanitizer"
_LEAK = re.compile(r"^(Direct|Indirect) leak of ", re.MULTILINE)
_OURS = re.compile(r" plugin/\S+\.c:|sagemaker\.so")


@dataclass(frozen=True)
class Sanitizer:
    """Sanitizer is a build of the plugin, the library that goes with it, and the command that collectd is run by."""

    build: str
    library: str
    wrapper: tuple[str, ...]

    @property
    def plugin(self) -> Path:
        return TOP / self.build / "sagemaker.so"

    def environment(self, folder: Path) -> dict[str, str]:
        found = subprocess.run(["gcc", f"-print-file-name={self.library}"], check=True, capture_output=True, text=True)
        common = f"log_path={folder}/{_REPORT}:log_exe_name=0"
        return {
            "LD_PRELOAD": str(Path(found.stdout.strip()).resolve()),
            # Whose a leak is can be told from a whole stack only: libraries without frame pointers stand in between.
            "ASAN_OPTIONS": f"{common}:detect_stack_use_after_return=1:strict_string_checks=1:fast_unwind_on_malloc=0",
            # Its own leaks are no failure of collectd; whatever is found is in the report.
            "LSAN_OPTIONS": "exitcode=0",
            "UBSAN_OPTIONS": f"{common}:print_stacktrace=1",
            "TSAN_OPTIONS": f"{common}:ignore_noninstrumented_modules=1:history_size=4",
        }


# libtsan wants memory where the kernel's address space randomisation may have put something else.
KINDS = {
    "address": Sanitizer("build/sanitized", "libasan.so", ()),
    "thread": Sanitizer("build/threads", "libtsan.so", ("setarch", "--addr-no-randomize")),
}

chosen = KINDS.get(os.environ.get("SANITIZER", ""))


def reports(folder: Path, pid: int) -> str:
    """reports is what was found in the process of that id: children have the library, too, and are not ours.

    Leaks without a frame of the plugin's are collectd's own (it leaks while it reads its configuration). They are told
    by that and not by a list of functions, because configuration callbacks of the plugin run below the same ones.
    """
    written = "".join(path.read_text(errors="replace") for path in folder.glob(f"{_REPORT}.{pid}"))
    blocks = written.split("\n\n")
    leaks = [block for block in blocks if _LEAK.search(block)]
    others = [block for block in blocks if not _LEAK.search(block) and "LeakSanitizer: detected" not in block]
    ours = [block for block in leaks if _OURS.search(block)]
    if leaks and not ours:
        others = [block for block in others if not block.startswith("SUMMARY: AddressSanitizer:")]
    return "\n\n".join(block for block in others + ours if block.strip())
