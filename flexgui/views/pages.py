"""Which page shows which kind of object. A page is imported when one of its kind is first shown."""

from __future__ import annotations

from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, ResourcePool
from flexgui.views.page import Page


def page_of(kind: type[Object | Plan]) -> type[Page]:
    """The class of the page of a kind of object."""
    if kind is Plan:
        from flexgui.views.plan_page import PlanPage

        return PlanPage
    if kind is Datacenter:
        from flexgui.views.datacenter_page import DatacenterPage

        return DatacenterPage
    if kind is Cluster:
        from flexgui.views.cluster_page import ClusterPage

        return ClusterPage
    if kind is ResourcePool:
        from flexgui.views.pool_page import PoolPage

        return PoolPage
    if kind is Host:
        from flexgui.views.host_page import HostPage

        return HostPage
    from flexgui.views.vm_page import VmPage

    return VmPage
