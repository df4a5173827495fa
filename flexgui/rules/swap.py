"""Where virtual machines swap.

`Subject.field` names a field of the cluster or of the host.
"""

from __future__ import annotations

from collections.abc import Iterator

from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, HostView, rule
from flexgui.translate import QT_TRANSLATE_NOOP

RESOURCES = "vSphere Resource Management, swapfile location"


@rule(
    "swap.host-local",
    "cluster",
    Severity.INFO,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "{cluster} keeps swapfiles on each host's own datastore: vMotion copies them and may be slow.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Keep the swapfile in the directory of the virtual machine."),
    source="paper, figure 28 and the text before it",
    reads=(),
)
def host_local(view: ClusterView) -> Iterator[Hit]:
    """Swapfiles are kept on the hosts' own datastores."""
    if view.cluster.vm_swap_placement == "hostLocal":
        yield Hit(Subject(view.cluster.id, "vm_swap_placement"), {"cluster": view.cluster.name})


@rule(
    "swap.no-datastore",
    "host",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP("rules", "{host} has no datastore for swapfiles."),
        QT_TRANSLATE_NOOP("rules", "It is not known which datastore {host} has for swapfiles."),
    ),
    remedy=QT_TRANSLATE_NOOP(
        "rules", "Name a local datastore. Without one its machines swap in their own directories."
    ),
    source=RESOURCES,
)
def no_datastore(view: HostView) -> Iterator[Hit]:
    """Swapfiles are to be kept on the hosts' own datastores, and a host has none or none is known."""
    if view.cluster is None or view.cluster.vm_swap_placement != "hostLocal":
        return
    if not view.host.local_swap_datastore:
        unknown = int(view.host.local_swap_datastore is None)
        yield Hit(Subject(view.host.id, "local_swap_datastore"), {"host": view.host.label}, template=unknown)


@rule(
    "swap.datastore-type",
    "host",
    Severity.WARNING,
    says=QT_TRANSLATE_NOOP(
        "rules",
        "The swap datastore {datastore} of {host} is of the type {type}, which cannot hold swapfiles.",
    ),
    remedy=QT_TRANSLATE_NOOP("rules", "Name a VMFS or NFS datastore."),
    source=RESOURCES,
)
def datastore_type(view: HostView) -> Iterator[Hit]:
    """Swapfiles are to be kept on a host's datastore that is vSAN or Virtual Volumes."""
    if view.cluster is None or view.cluster.vm_swap_placement != "hostLocal":
        return
    name = view.host.local_swap_datastore
    kinds = {"vsan": "vSAN", "VVOL": "Virtual Volumes"}
    for store in view.datacenter.datastores if name else ():
        if store.name == name and store.type in kinds:
            parameters = {"host": view.host.label, "datastore": name, "type": kinds[store.type]}
            yield Hit(Subject(view.host.id, "local_swap_datastore"), parameters)
            return
