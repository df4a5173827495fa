"""Several sources of one host: kept, put together, and taken away again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.errors import InputError
from flexgui.evc.modes import builtin_modes
from flexgui.evc.series import assumed_cpu, series
from flexgui.evc.support import assess
from flexgui.plan import edits, storage
from flexgui.plan.evidence import Source, sources_of, weighed_again, with_evidence, without_evidence
from flexgui.plan.inventory import cpu_of, cpus, find
from flexgui.plan.values import Evidence, Host, Plan
from tests.processors import cpu_of as made
from tests.rules.plans import MEROM, host, plan

HASWELL = made("intel-haswell", eax=0x306F2, maximum=0x1F)
SHORT = described(
    Cpu("", table=CpuidTable({k: v for k, v in HASWELL.table.items() if k[0] not in (7, 0x8000_0001)}))
)
MEASURED = described(Cpu("", vendor="intel", max_evc_mode="intel-haswell"))
ASSUMED = assumed_cpu(next(each for each in series() if each.code_name == "Haswell EP"))

CAPTURE = Source.of("esx-01.txt", SHORT)
TABLE = Source.of("vHost.csv", MEASURED)
LIST = Source.of("the list", ASSUMED, assumed=True)


def the(of: Plan, host_id: str = "host-1") -> Host:
    place = find(of, host_id)
    assert place is not None
    assert isinstance(place.object, Host)
    return place.object


def highest(of: Plan) -> str | None:
    cpu = cpu_of(of, the(of))
    assert cpu is not None
    found = assess(cpu, builtin_modes()).highest
    return found.key if found is not None else None


def test_the_first_source_is_the_host_s_own() -> None:
    after = with_evidence(plan(host(1)), {"host-1": [CAPTURE]})
    found = the(after)
    assert (found.cpu, found.cpu_source, found.evidence) == (SHORT.fingerprint, "esx-01.txt", ())
    assert sources_of(found, cpus(after.cpus)) == (CAPTURE,)
    assert with_evidence(after, {"host-1": [CAPTURE]}) == after


def test_a_further_source_settles_what_was_open() -> None:
    before = with_evidence(plan(host(1)), {"host-1": [CAPTURE]})
    assert highest(before) != "intel-haswell"
    after = with_evidence(before, {"host-1": [TABLE]})
    assert highest(after) == "intel-haswell"
    found = the(after)
    assert [(each.source, each.kind) for each in found.evidence] == [
        ("esx-01.txt", "registers"),
        ("vHost.csv", "maxEVCModeKey"),
    ]
    assert (found.cpu_source, found.cpu_assumed) == ("esx-01.txt", False)
    assert sources_of(found, cpus(after.cpus)) == (CAPTURE, TABLE)
    assert {cpu.fingerprint for cpu in after.cpus} == {
        found.cpu,
        SHORT.fingerprint,
        MEASURED.fingerprint,
    }
    assert storage.from_json(storage.to_json(after)) == after
    assert without_evidence(after, "host-1", "vHost.csv") == before


def test_what_the_list_promises_is_marked_as_assumed() -> None:
    before = with_evidence(plan(host(1)), {"host-1": [CAPTURE, LIST]})
    assert the(before).cpu_assumed
    assert highest(before) == "intel-haswell"
    whole = with_evidence(before, {"host-1": [Source.of("esx-01.txt", HASWELL)]})
    assert not the(whole).cpu_assumed
    assert the(whole).cpu == HASWELL.fingerprint
    assert [each.source for each in the(whole).evidence] == ["esx-01.txt", "the list"]
    assert SHORT.fingerprint not in {cpu.fingerprint for cpu in whole.cpus}


def test_without_any_source_no_processor_is_known() -> None:
    after = without_evidence(with_evidence(plan(host(1)), {"host-1": [CAPTURE]}), "host-1", "esx-01.txt")
    assert (the(after).cpu, the(after).cpu_source, after.cpus) == (None, "", ())
    with pytest.raises(KeyError):
        with_evidence(after, {"host-99": [CAPTURE]})


def test_other_modes_are_weighed_again() -> None:
    before = with_evidence(plan(host(1)), {"host-1": [TABLE, LIST]})
    assert weighed_again(before) == before
    merom = replace(builtin_modes()["intel-haswell"], requires=builtin_modes()["intel-merom"].requires)
    after = weighed_again(replace(before, modes=(merom,)))
    cpu = cpu_of(after, the(after))
    assert cpu is not None
    assert "FMA" not in cpu.absent
    assert plan(host(1, MEROM)) == weighed_again(plan(host(1, MEROM)))


def test_a_removed_host_takes_the_processors_of_its_sources_with_it() -> None:
    before = with_evidence(plan(host(1), host(2, MEROM)), {"host-1": [CAPTURE, TABLE]})
    assert edits.remove(before, "host-1").cpus == (MEROM,)


@pytest.mark.parametrize("cpu", ["0123456789abcdef", None])
def test_a_source_refers_to_a_processor_of_the_plan(cpu: str | None) -> None:
    one = replace(host(1, MEROM), evidence=(Evidence(source="a", kind="registers", cpu="0123456789abcdef"),))
    if cpu is None:
        own = Evidence(source="a", kind="registers", cpu=MEROM.fingerprint)
        one = replace(host(1), evidence=(own,))
    broken = replace(plan(one), cpus=(MEROM,))
    with pytest.raises(InputError, match="source"):
        storage.from_json(storage.to_json(broken))
