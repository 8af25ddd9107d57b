"""Answers as JSON, written and checked in one pass along the model's output shape.

For every shape a function is built that refuses what the model does not have (StandInError: our
own mistake) and writes the rest. Answers are large and many, which is why this is not botocore's
ParamValidator. A part that was written before and has not changed stays as it is: Rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from botocore.model import Shape

from .errors import StandInError
from .jsontext import quoted
from .model import operation_model, service_model

Renderer = Callable[[object], str]


class Rendered(str):
    """JSON text that a renderer has made before."""


@lru_cache(maxsize=None)
def renderer_of_answer(service: str, operation: str) -> Renderer:
    return _renderer(operation_model(service, operation).output_shape, operation)


@lru_cache(maxsize=None)
def renderer_of_shape(service: str, shape: str) -> Renderer:
    return _renderer(service_model(service).shape_for(shape), shape)


def epoch(seconds: float) -> str:
    """epoch writes a time as AWS's JSON protocol does: 1.790000000123E9."""
    return f"{seconds / 1e9:.12f}".rstrip("0").rstrip(".") + "E9"


def _renderer(shape: Shape, path: str) -> Renderer:
    makers = {
        "structure": _structure,
        "list": _list,
        "string": _string,
        "integer": _integer,
        "long": _integer,
        "double": _double,
        "boolean": _boolean,
        "timestamp": _timestamp,
    }
    return makers[shape.type_name](shape, path)


def _structure(shape: Shape, path: str) -> Renderer:
    members = {
        name: (f"{quoted(name)}:", _renderer(member, f"{path}.{name}"))
        for name, member in shape.members.items()
    }
    required = frozenset(shape.required_members)

    def render(value: object) -> str:
        if type(value) is Rendered:
            return value
        if type(value) is not dict:
            raise StandInError(f"{path}: {value!r} is no structure")
        if not required <= value.keys():
            raise StandInError(f"{path}: lacks {sorted(required - value.keys())}")
        parts = []
        try:
            for name, part in value.items():
                label, inner = members[name]
                parts.append(label + inner(part))
        except KeyError:
            raise StandInError(f"{path}: the model has no {name!r}") from None
        return "{" + ",".join(parts) + "}"

    return render


def _list(shape: Shape, path: str) -> Renderer:
    inner = _renderer(shape.member, f"{path}[]")
    most = shape.metadata.get("max")

    def render(value: object) -> str:
        if type(value) is not list:
            raise StandInError(f"{path}: {value!r} is no list")
        if most is not None and len(value) > most:
            raise StandInError(f"{path}: {len(value)} are more than {most}")
        return "[" + ",".join([inner(part) for part in value]) + "]"

    return render


def _string(shape: Shape, path: str) -> Renderer:
    least = shape.metadata.get("min", 0)
    most = shape.metadata.get("max", 1 << 30)
    enum = frozenset(shape.enum)
    pattern = shape.metadata.get("pattern")
    matches = re.compile(pattern).fullmatch if pattern and pattern != ".*" else None

    def render(value: object) -> str:
        if type(value) is not str or not least <= len(value) <= most:
            raise StandInError(f"{path}: {value!r} is no string of {least} to {most}")
        if enum and value not in enum:
            raise StandInError(f"{path}: the model has no value {value!r}")
        if matches is not None and not matches(value):
            raise StandInError(f"{path}: {value!r} does not match {pattern}")
        return quoted(value)

    return render


def _integer(shape: Shape, path: str) -> Renderer:
    least = shape.metadata.get("min", -(1 << 63))

    def render(value: object) -> str:
        if type(value) is not int or value < least:
            raise StandInError(f"{path}: {value!r} is no integer from {least}")
        return str(value)

    return render


def _double(_shape: Shape, path: str) -> Renderer:
    def render(value: object) -> str:
        if type(value) is not float:
            raise StandInError(f"{path}: {value!r} is no double")
        return repr(value)

    return render


def _boolean(_shape: Shape, path: str) -> Renderer:
    def render(value: object) -> str:
        if type(value) is not bool:
            raise StandInError(f"{path}: {value!r} is no boolean")
        return "true" if value else "false"

    return render


def _timestamp(_shape: Shape, path: str) -> Renderer:
    def render(value: object) -> str:
        if type(value) is not int and type(value) is not float:
            raise StandInError(f"{path}: {value!r} is no time")
        return epoch(value)

    return render
