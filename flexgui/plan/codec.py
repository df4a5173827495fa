"""Values as JSON and back by pydantic's core alone: importing all of it takes longer than reading a plan.

The schema that it works by is made of the fields of the values, as pydantic's `TypeAdapter` makes it; a test
compares the two. Known are the types that plans are made of: texts, numbers, truth values, times, literals,
tuples, None, values, and types with `__get_pydantic_core_schema__`.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic_core import SchemaSerializer, SchemaValidator

Value = TypeVar("Value")
Schema = dict[str, Any]


class Codec(Generic[Value]):
    """Reads and writes values of one kind. Made once for each kind: see `codec`."""

    def __init__(self, kind: type[Value]) -> None:
        any_kind: Any = kind
        schema: Any = core_schema_of(any_kind)
        self._validator, self._serializer = SchemaValidator(schema), SchemaSerializer(schema)

    def validate_json(self, content: bytes) -> Value:
        """Read a value, strictly. Raises pydantic_core.ValidationError."""
        found: Value = self._validator.validate_json(content, strict=True)
        return found

    def dump_json(
        self,
        value: Value,
        *,
        indent: int | None = None,
        exclude_defaults: bool = False,
        include: set[str] | None = None,
    ) -> bytes:
        return self._serializer.to_json(
            value, indent=indent, exclude_defaults=exclude_defaults, include=include
        )


def codec(kind: type[Value]) -> Codec[Value]:
    """The codec of a kind of values."""
    hashable: Any = kind
    made: Codec[Value] = _made(hashable)
    return made


@cache
def _made(kind: Any) -> Codec[Any]:
    return Codec(kind)


@cache
def core_schema_of(kind: Any) -> Schema:
    """What pydantic's core is to be given for a type. Raises TypeError for a type that plans do not have."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, int, bool, datetime):
        return {"type": kind.__name__}
    if origin is Annotated:
        schema = dict(core_schema_of(arguments[0]))
        for mark in arguments[1:]:
            schema |= mark.limits()
        return schema
    if origin is Literal:
        return {"type": "literal", "expected": list(arguments)}
    if origin is tuple:
        several = arguments[-1] is Ellipsis
        items = [core_schema_of(item) for item in arguments if item is not Ellipsis]
        return {"type": "tuple", "items_schema": items} | ({"variadic_item_index": 0} if several else {})
    if NoneType in arguments:
        (other,) = (each for each in arguments if each is not NoneType)
        return {"type": "nullable", "schema": core_schema_of(other)}
    if is_dataclass(kind):
        return _of_a_dataclass(kind)
    if hasattr(kind, "__get_pydantic_core_schema__"):
        made: Schema = kind.__get_pydantic_core_schema__(kind, None)
        return made
    raise TypeError(f"plans do not have {kind!r}")


def _of_a_dataclass(kind: Any) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    members = [
        {"type": "dataclass-field", "name": field.name, "schema": _with_default(field, hints[field.name])}
        for field in fields(kind)
    ]
    return {
        "type": "dataclass",
        "cls": kind,
        "config": {"title": kind.__name__, "extra_fields_behavior": "forbid"},  # as all values of plans say
        "fields": [member["name"] for member in members],
        "slots": "__slots__" in vars(kind),
        "schema": {"type": "dataclass-args", "dataclass_name": kind.__name__, "fields": members},
    }


def _with_default(field: Field[Any], hint: Any) -> Schema:
    schema = core_schema_of(hint)
    if field.default is not MISSING:
        return {"type": "default", "schema": schema, "default": field.default}
    if field.default_factory is not MISSING:
        return {"type": "default", "schema": schema, "default_factory": field.default_factory}
    return schema
