from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.cpuid.cpu import Cpu, described
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import Assessment, assess
from flexgui.plan.values import Host, VirtualMachine
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.rules.query import Query, QueryError, Term, parse, with_term
from flexgui.rules.query_completion import offers
from flexgui.rules.query_fields import FIELDS, condition, field_of

MODES = builtin_modes()


def cpu(mode: str, brand: str, unknown: str = "", **more: int) -> Cpu:
    found = MODES[mode]
    present = {*(found.requires or ())} - {unknown}
    absent = MODES.governed[found.vendor] - present - {unknown}
    known = tuple(sorted(present)), tuple(sorted(absent))
    made = Cpu("", vendor=found.vendor, brand=brand, present=known[0], absent=known[1])
    return described(replace(made, **more))  # type: ignore[arg-type]


@dataclass
class Facts:
    host: Host
    cpu: Cpu | None = None
    cluster: str = ""
    hidden: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    _: object = field(default=None, repr=False)

    @property
    def words(self) -> str:
        return f"{self.host.label} {self.host.address}".lower()

    @property
    def assessment(self) -> Assessment | None:
        return None if self.cpu is None else assess(self.cpu, MODES)


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule, rule.partition(".")[0], severity, Subject("host-1"), "")


HOSTS = {
    "merom": Facts(
        Host(
            id="host-1",
            address="10.0.0.1",
            name="esx-01",
            esx_release="3.5u2",
            cpu_cores=4,
            cpu_packages=2,
            cpu_mhz=3000,
            memory_mb=16 * 1024,
            xd="disabled",
            connection_state="notResponding",
            vms=(VirtualMachine(id="vm-1", name="db01"),),
        ),
        cpu("intel-merom", "Intel(R) Xeon(R) CPU 5160 @ 3.00GHz", stepping=6, family=6, model=15),
        "Cluster A",
        findings=(finding("host.xd-off", Severity.TODO),),
    ),
    "nehalem": Facts(
        Host(
            id="host-2",
            address="10.0.0.2",
            name="esx-02",
            esx_release="5.5",
            cpu_cores=8,
            cpu_mhz=2667,
            memory_mb=256 * 1024,
            xd="enabled",
            in_maintenance_mode=True,
        ),
        cpu("intel-nehalem", "Intel(R) Xeon(R) CPU X5550 @ 2.67GHz", stepping=5, family=6, model=26),
        "Cluster A",
        ("SSE41", "SSE42", "POPCNT"),
        (finding("evc.host-lacks", Severity.ERROR), finding("host.address", Severity.WARNING)),
    ),
    "open": Facts(  # supports Nehalem, and perhaps Westmere
        Host(id="host-3", address="10.0.0.3", name="esx 03", esx_release="6.7"),
        cpu("intel-westmere", "Intel(R) Xeon(R) CPU X5670 @ 2.93GHz", unknown="AES"),
    ),
    "zen": Facts(Host(id="host-4", address="fe80::4", name="epyc"), cpu("amd-zen", "AMD EPYC 7351P")),
    "bare": Facts(Host(id="host-5", address="10.0.0.5", name="bare")),
}


def found(text: str) -> str:
    holds = condition(parse(text), MODES)
    return " ".join(name for name, facts in HOSTS.items() if holds(facts))


EVERY = "merom nehalem open zen bare"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", EVERY),
        ("   ", EVERY),
        ("esx", "merom nehalem open"),
        ("ESX 03", "open"),
        ('"esx 03"', "open"),
        ('"x 0"', "open"),
        ("-esx", "zen bare"),
        ("fe80::4", "zen"),
        ("epyc or bare", "zen bare"),
        ("esx 10.0.0.1 or bare", "merom bare"),
        ("host=esx-01", "merom"),
        ("host:esx-", "merom nehalem"),
        ("host!=epyc", "merom nehalem open bare"),
        ("model:5500", "nehalem"),
        ("model:x5550", "nehalem"),
        ("cpu:epyc", "zen"),
        ("-model:xeon", "zen"),  # of the one without a processor it cannot be told
        ("model:unknown", "bare"),
        ("maker:amd", "zen"),
        ("vendor=intel", "merom nehalem open"),
        ("generation:nehalem", "nehalem"),
        ("cluster:none", "open zen bare"),
        ("cluster:a", "merom nehalem"),
        ('cluster="cluster a"', "merom nehalem"),
        ("evc<nehalem", "merom"),
        ("evc < nehalem", "merom"),
        ("evc<=nehalem", "merom nehalem open"),
        ("evc>=merom", "merom nehalem open"),
        ("evc>merom", "nehalem open"),
        ("evc>nehalem", ""),  # of one it cannot be told
        ("-evc>nehalem", "merom nehalem zen"),
        ("evc>=westmere", ""),
        ("evc<westmere", "merom nehalem"),
        ("evc:nehalem", "nehalem open"),
        ("evc=intel-merom", "merom"),
        ("evc:zen", "zen"),
        ('evc>="opteron gen. 3"', ""),
        ("evc>=amd-greyhound-no3dnow", "zen"),
        ("evc<bulldozer", ""),  # a Zen host is beside it: neither below nor above
        ("evc>=bulldozer", ""),
        ("evc:none", ""),
        ("evc:unknown", "open bare"),
        ("has:aes-ni", "zen"),
        ("lacks:aes", "merom nehalem"),
        ("-has:aes", "merom nehalem"),
        ("hides:sse4.1", "nehalem"),
        ("hidden>2", "nehalem"),
        ("-hides:sse4.1", "merom open zen"),
        ("hidden:unknown", "bare"),
        ("hidden=0", "merom open zen"),
        ("cores>4", "nehalem"),
        ("cores>=4", "merom nehalem"),
        ("cores:unknown", "open zen bare"),
        ("-cores>4", "merom"),
        ("sockets=2", "merom"),
        ("memory>=256GB", "nehalem"),
        ("memory<0.25TB", "merom"),
        ("memory>=16384MiB", "merom nehalem"),
        ("clock<3GHz", "nehalem"),
        ("clock=3000mhz", "merom"),
        ("stepping=5", "nehalem"),
        ("cache:unknown", EVERY),
        ("esx>=5.5", "nehalem open"),
        ("esx<5.0", "merom"),
        ("esx<5", "merom"),
        ('esx:"ESX 3.5 Update 2"', "merom"),
        ("esx:unknown", "zen bare"),
        ("state:maintenance", "nehalem"),
        ("is:not-responding", "merom"),
        ("state:connected -state:maintenance", "open zen bare"),
        ("xd:off", "merom"),
        ("-xd:on", "merom"),
        ("xd:unknown", "open zen bare"),
        ("vt:unknown", EVERY),
        ("vm:db", "merom"),
        ("vms>0", "merom"),
        ("finding:error", "nehalem"),
        ("finding>=warning", "merom nehalem"),
        ("finding:any", "merom nehalem"),
        ("finding:none", "open zen bare"),
        ("finding:host", "merom nehalem"),
        ("rule:host.xd-off", "merom"),
        ("evc<nehalem or finding:error and esx-02", "merom nehalem"),
    ],
)
def test_what_is_found(text: str, names: str) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("foo:bar", 0, "There is no field “foo” (character 1). Did you mean "),
        ("esx evcc<nehalem", 4, "There is no field “evcc” (character 5). Did you mean evc"),
        ("esx evc<", 4, "“evc<” at character 5 needs a value after it. Write one, as in evc<nehalem."),
        ("evc: nehalem", 0, "“evc:” at character 1 needs a value after it. Write one, as in evc:nehalem."),
        ("evc<nehalm", 0, "“nehalm” at character 1 is no EVC mode. Did you mean nehalem"),
        ("evc<none", 0, "“evc” at character 1 has no order. Write evc:none instead."),
        ("host<a", 0, "“host” at character 1 has no order. Write host:a instead."),
        ("memory>=256", 0, "“256” at character 1 needs a unit. Write it as in memory>=256GB."),
        ("memory>=256parsecs", 0, "needs a unit"),
        ("cores>many", 0, "“many” at character 1 is no number. Write cores>16, or cores:unknown."),
        ("cores>1e999", 0, "is no number"),
        ("esx>=5.55", 0, "“5.55” at character 1 is no ESX release that is listed. Did you mean 5.5"),
        ("has:sse9", 0, "“sse9” at character 1 is no CPU feature. Did you mean SSE"),
        ("finding:fatal", 0, "“fatal” at character 1 is neither a severity (error, todo, warning, info)"),
        ("xd:perhaps", 0, "“perhaps” at character 1 is no value of “xd”. Write one of on, off, unknown"),
        ('a "b', 2, "The quotation mark at character 3 is not closed. Write another where it ends."),
        ("a or", 2, "The “or” at character 3 needs a condition before it and one after it."),
        ("or a", 0, "The “or” at character 1 needs"),
        ("a or or b", 5, "The “or” at character 6 needs"),
        ("x" * 2001, 2000, "longer than 2000 characters"),
    ],
)
def test_errors_say_what_is_wrong_and_where(text: str, place: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        condition(parse(text), MODES)
    assert says in str(caught.value)
    assert caught.value.start == place
    assert caught.value.length > 0


FRAGMENTS = st.sampled_from(
    [
        *FIELDS,
        "or",
        "and",
        "-",
        '"',
        '""',
        ":",
        "<",
        ">=",
        "!=",
        " ",
        "nehalem",
        "5.5",
        "256GB",
        "unknown",
        "x",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(FRAGMENTS, max_size=12).map("".join))


@given(TEXTS)
def test_no_text_crashes_it_and_the_usual_spelling_is_stable(text: str) -> None:
    query: Query | None = None
    said, start = "", 0
    try:
        query = parse(text)
    except QueryError as error:
        said, start = str(error), error.start
    if query is None:
        assert said
        assert 0 <= start <= len(text)
        return
    assert parse(query.text()) == query
    assert parse(query.text()).text() == query.text()
    try:
        holds = condition(query, MODES)
    except QueryError as error:
        wrong = text[error.start : error.start + error.length]
    else:
        wrong = "nothing"
        for facts in HOSTS.values():
            holds(facts)
    assert wrong.strip()


@given(TEXTS, st.text(max_size=12), st.sampled_from(["", "host", "evc"]))
def test_a_term_can_be_added_to_any_text(text: str, value: str, name: str) -> None:
    term = Term(value or "x", name, ":" if name else "")
    assert term in parse(with_term(text, term)).terms


@given(TEXTS, st.data())
def test_completion_fits_every_text(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    for offer in offers(text, cursor, MODES, lambda field: ["a b", 'c"d', ""]):
        assert 0 <= offer.start <= offer.end == cursor
        assert offer.text


def test_the_place_does_not_make_another_query() -> None:
    assert parse("evc<nehalem  esx") == parse("evc < nehalem esx")
    assert parse(" a  OR b ") == Query(((Term("a"),), (Term("b"),)))


def test_a_term_is_added_to_every_alternative_and_only_once() -> None:
    term = Term("Cluster A", "cluster", "=")
    assert with_term("", term) == 'cluster="Cluster A"'
    assert with_term("a or b", term) == 'a cluster="Cluster A" or b cluster="Cluster A"'
    assert with_term('cluster="Cluster A"', term) == 'cluster="Cluster A"'
    assert with_term('"', term) == 'cluster="Cluster A"'


def offered(text: str) -> list[str]:
    values = {"host": ["esx-01", "esx 03"]}
    return [o.text for o in offers(text, len(text), MODES, lambda name: values.get(name, []))]


def test_completion_offers_fields_and_their_values() -> None:
    assert offered("ev") == ["evc<"]
    assert offered("esx-01 -mem") == ["-memory>="]
    assert offered("cpu") == ["model:"]
    assert "evc<nehalem" in offered("evc<")
    assert offered("evc<neh") == ["evc<nehalem"]
    assert offered("evc>=bridge") == ["evc>=sandybridge", "evc>=ivybridge"]
    assert offered("host:esx") == ["host:esx-01", 'host:"esx 03"']
    assert offered('host:"esx 0') == ["host:esx-01", 'host:"esx 03"']
    assert offered("finding:warn") == ["finding:warning"]
    assert "finding:host.xd-off" in offered("finding:xd")
    assert offered("esx>=6.") == ["esx>=6.0", "esx>=6.5", "esx>=6.7"]
    assert offered("foo:") == []
    assert offered("esx-01 state:maint") == ["state:maintenance"]
    assert offered("state:maintenance") == []  # there is nothing to add
    assert len(offered("")) == len(FIELDS)


def test_every_field_has_an_example_that_is_understood() -> None:
    for name, each in FIELDS.items():
        assert field_of(name) is each
        query = parse(each.example)
        assert query.terms[0].field == name
        condition(query, MODES)
