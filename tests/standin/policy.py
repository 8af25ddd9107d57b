"""IAM policies: does a document allow an action on a resource? Conditions, and Deny, which the project has none of, are not
played.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re


def allows(document: dict, action: str, resource: str) -> bool:
    """allows: some statement names the action and the resource, * and ? standing for anything."""
    for statement in document["Statement"]:
        if set(statement) - {"Sid", "Effect", "Action", "Resource"} or statement["Effect"] != "Allow":
            raise ValueError(f"this policy is not played: {statement}")
        actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
        if any(_fits(pattern.lower(), action.lower()) for pattern in actions) and any(
            _fits(pattern, resource) for pattern in resources
        ):
            return True
    return False


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _fits(pattern: str, text: str) -> bool:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(translated, text, re.DOTALL) is not None
