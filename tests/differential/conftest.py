"""Our modules and botocore get the same questions: botocore is what the AWS command line is made of.

A driver program (driver.c) answers for us; `make differential` builds it. SEED=number repeats a run of generated cases.
"""

import json
import os
import pathlib
import random
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRIVER = ROOT / os.environ.get("BUILD", "build") / "differential" / "driver"


@pytest.fixture
def ask():
    """A function from a list of questions to the list of our answers."""

    def ask_driver(questions):
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run([DRIVER], input=lines.encode(), stdout=subprocess.PIPE, check=True, timeout=300)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(questions)
        return answers

    assert DRIVER.exists(), f"{DRIVER} is missing: make differential builds it"
    return ask_driver


@pytest.fixture
def rng():
    seed = int(os.environ.get("SEED", "20261123"))
    print(f"SEED={seed}")
    return random.Random(seed)
