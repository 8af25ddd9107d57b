"""What Grafana does with a dashboard before a backend is asked: it fills in variables, and names what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from e2e.collectd import TOP

SHIPPED = TOP / "packaging" / "grafana"
ALL = "$__all"

_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$([a-z]+)\b")


@dataclass
class Dashboard:
    """Dashboard is a file of packaging/grafana; chosen are the values of its variables, by name."""

    name: str
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return SHIPPED / f"{self.name}.json"

    @property
    def model(self) -> dict:
        return json.loads(self.path.read_text())

    @property
    def variables(self) -> list[dict]:
        """variables are those that a backend is asked for, in their order."""
        return [v for v in self.model["templating"]["list"] if v["type"] == "query"]

    @property
    def panels(self) -> list[dict]:
        return self.model["panels"]

    def choose(self, variable: dict, answered: Iterable[str], wanted: list[str] | None = None) -> list[str]:
        """choose sets a variable to what is wanted, else to All, else to its first option; its options are returned."""
        options = sorted(set(filter(None, (_matched(variable["regex"], text) for text in answered))))
        everything = [ALL] if variable.get("includeAll") else options[:1]
        self.chosen[variable["name"]] = wanted or everything
        return options

    def filled(self, query: str) -> str:
        """filled is a query with the variables in it as Grafana would write them; an unknown one is an error."""

        def value(match: re.Match) -> str:
            name = match[1] or match[3]
            return self._written(name, regex=match[2] == "regex")

        return _VARIABLE.sub(value, query)

    def _written(self, name: str, regex: bool) -> str:
        (variable,) = [v for v in self.variables if v["name"] == name]
        chosen = self.chosen[name]
        if chosen == [ALL]:
            return variable["allValue"]
        parts = [re.escape(part) for part in chosen] if regex else chosen
        if len(parts) == 1:
            return parts[0]
        return f"({'|'.join(parts)})" if regex else f"{{{','.join(parts)}}}"


def named(alias: str, tags: dict[str, str]) -> str:
    """named is what an alias makes of the tags of an InfluxDB series."""
    replaced: Callable[[re.Match], str] = lambda match: tags[match[1]]
    return re.sub(r"\$tag_(\w+)", replaced, alias)


def _matched(regex: str, text: str) -> str | None:
    """_matched is what a variable's regex takes from an answer: its group."""
    if not regex:
        return text
    match = re.search(regex[1:-1], text)
    return match[1] if match else None
