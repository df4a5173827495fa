"""The New Cluster wizard's draft and its edits, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flexgui.plan import edits, storage
from flexgui.plan.inventory import find, modes_of
from flexgui.plan.values import Datacenter, Dpm, Drs, Plan
from flexgui.resources import resource_path
from flexgui.wizards import cluster_draft
from flexgui.wizards.evc_choice import Question


@pytest.fixture
def plan() -> Plan:
    """The sample's hosts, standalone in their datacenter."""
    sample = storage.load(resource_path("samples", "paper.flexplan.json"))
    cluster = sample.datacenters[0].clusters[0]
    moved = edits.move_hosts(sample, [host.id for host in cluster.hosts], sample.datacenters[0].id)
    return replace(edits.remove(moved, cluster.id), cpus=sample.cpus, release="4.1")


def draft_of(plan: Plan) -> cluster_draft.ClusterDraft:
    return cluster_draft.new_draft(plan, None, "New Cluster", "New Datacenter")


def test_candidates_are_the_standalone_hosts_and_all_are_ticked(plan: Plan) -> None:
    draft = draft_of(plan)
    assert [c.host.label for c in draft.candidates] == ["esx-01", "esx-02", "esx-03", "esx-04"]
    assert draft.ticked == draft.candidates


def test_the_highest_common_mode_is_chosen_and_follows_the_ticks(plan: Plan) -> None:
    draft = draft_of(plan)
    mode = cluster_draft.chosen_mode(draft, plan)
    assert mode is not None
    assert mode.key == "intel-merom"
    without_oldest = replace(
        draft, candidates=tuple(replace(c, ticked=c.host.label != "esx-01") for c in draft.candidates)
    )
    mode = cluster_draft.chosen_mode(without_oldest, plan)
    assert mode is not None
    assert mode.key == "intel-penryn"


def test_the_users_choice_stays_when_candidates_change(plan: Plan) -> None:
    draft = replace(draft_of(plan), evc_chosen=True)
    draft = replace(draft, cluster=replace(draft.cluster, evc_mode=None), candidates=())
    assert cluster_draft.chosen_mode(draft, plan) is None
    assert cluster_draft.planned_cluster(draft, plan).evc_mode is None


def test_without_candidates_nothing_is_recommended() -> None:
    empty = Plan(release="5.5")
    draft = draft_of(empty)
    assert cluster_draft.recommendation(draft, empty) is None
    assert cluster_draft.chosen_mode(draft, empty) is None


def test_the_release_decides_whether_there_is_an_evc_step(plan: Plan) -> None:
    old = edits.set_release(plan, "2.5u2")
    assert not cluster_draft.has_evc_step(old)
    assert cluster_draft.planned_cluster(draft_of(old), old).evc_mode is None


def test_edit_makes_a_datacenter_where_there_is_none() -> None:
    empty = Plan(release="5.5")
    draft = draft_of(empty)
    after = cluster_draft.edit(draft)(empty)
    assert [d.name for d in after.datacenters] == ["New Datacenter"]
    assert after.datacenters[0].clusters[0].name == "New Cluster"
    assert empty.datacenters == ()


def test_edit_moves_hosts_unless_they_are_to_stay(plan: Plan) -> None:
    draft = draft_of(plan)
    after = cluster_draft.edit(replace(draft, move_hosts=False))(plan)
    assert after.datacenters[0].hosts == plan.datacenters[0].hosts
    moved = cluster_draft.edit(draft)(plan)
    assert moved.datacenters[0].hosts == ()
    assert len(moved.datacenters[0].clusters[0].hosts) == 4


def test_preview_is_as_if_the_candidates_were_in(plan: Plan) -> None:
    draft = draft_of(plan)
    first = plan.cpus[0]
    draft = cluster_draft.add_captured(draft, plan, "spare", first, "spare.txt")
    shown = cluster_draft.preview(draft)(plan)
    place = find(shown, draft.cluster.id)
    assert place is not None
    assert place.cluster is not None
    assert [h.label for h in place.cluster.hosts] == ["esx-01", "esx-02", "esx-03", "esx-04", "spare"]
    assert len({h.id for h in place.cluster.hosts}) == 5


def test_captures_get_ids_and_names_of_their_own(plan: Plan) -> None:
    draft = draft_of(plan)
    for _ in range(3):
        draft = cluster_draft.add_captured(draft, plan, "spare", plan.cpus[0], "spare.txt")
    draft = replace(draft, candidates=draft.candidates[:4] + draft.candidates[5:])
    draft = cluster_draft.add_captured(draft, plan, "spare", plan.cpus[0], "spare.txt")
    ids = [c.host.id for c in draft.candidates]
    names = [c.host.label for c in draft.candidates]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)


def test_another_datacenter_has_other_candidates(plan: Plan) -> None:
    more = edits.add_datacenter(plan, Datacenter(id="datacenter-90", name="Roma"))
    draft = cluster_draft.add_captured(draft_of(more), more, "spare", more.cpus[0], "spare.txt")
    there = cluster_draft.in_datacenter(draft, more, "datacenter-90")
    assert [c.host.label for c in there.candidates] == ["spare"]
    assert there.parent_id == "datacenter-90"


def test_power_management_needs_drs(plan: Plan) -> None:
    draft = draft_of(plan)
    draft = replace(draft, cluster=replace(draft.cluster, drs=Drs(enabled=True), dpm=Dpm(enabled=True)))
    assert cluster_draft.planned_cluster(draft, plan).dpm.enabled
    off = replace(draft, cluster=replace(draft.cluster, drs=Drs(enabled=False)))
    assert not cluster_draft.planned_cluster(off, plan).dpm.enabled
    assert off.cluster.dpm.enabled  # what was typed is not forgotten


@pytest.mark.parametrize(
    ("taken", "expected"), [(set(), "A"), ({"a"}, "A 2"), ({"A", "a 2"}, "A 3"), ({"B"}, "A")]
)
def test_unique_names(taken: set[str], expected: str) -> None:
    assert cluster_draft.unique_name("A", taken) == expected


def test_the_hosts_esx_limits_the_recommendation(plan: Plan) -> None:
    draft = draft_of(plan)
    kept = tuple(c for c in draft.candidates if c.host.label != "esx-01")
    draft = replace(draft, candidates=kept)
    old = tuple(replace(c, host=replace(c.host, esx_release="3.5u2")) for c in kept)
    before, after = (cluster_draft.chosen_mode(d, plan) for d in (draft, replace(draft, candidates=old)))
    assert before is not None
    assert after is not None
    assert (before.key, after.key) == ("intel-penryn", "intel-merom")


def test_the_choice_says_what_newer_esx_would_allow(plan: Plan) -> None:
    draft = draft_of(plan)
    members = cluster_draft.members(draft)[1:]
    limited = Question(members, modes_of(plan), plan.release, ("3.5u2", None))
    newer = limited.with_newer_esx()
    assert newer is not None
    assert newer.key == "intel-penryn"
    assert Question(members, modes_of(plan), plan.release, ("4.0",)).with_newer_esx() is None
