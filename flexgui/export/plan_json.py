"""The plan as JSON with every value written out, for programs that do not know the defaults.

The file is itself a plan, described by the same schema.
"""

from __future__ import annotations

from flexgui.plan import storage
from flexgui.plan.values import Plan


def write(plan: Plan) -> bytes:
    return storage.to_json(plan, complete=True)
