"""What an EVC mode means for a host, in words: on the pages that weigh hosts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from flexgui.errors import printable
from flexgui.evc.recommendation import Verdict
from flexgui.evc.releases import esx_releases
from flexgui.evc.support import Answer
from flexgui.plan.values import Host
from flexgui.widgets.tooltip import plain_tip


def tr(text: str) -> str:
    return QCoreApplication.translate("EvcVerdict", text)


def host_tip(host: Host) -> str:
    """What a name cut short, or chosen freely, stands for: name, address, model, ESX and source."""
    lines = [host.label]
    if host.name and host.name != host.address:
        lines.append(host.address)
    if host.model:
        lines.append(" ".join((host.vendor, host.model)).strip())
    esx = esx_releases().get(host.esx_release or "")
    if esx is not None:
        lines.append(esx.name)
    if host.cpu_source:
        lines.append(tr("Processor: {source}").format(source=host.cpu_source))
    return plain_tip(printable(line) for line in lines)


class Setters:
    """Which hosts set a mode: those that allow no higher one, while another host could do more.

    Where a host does not allow the mode for certain, none does: the mode is not what it is for their sake.
    """

    def __init__(self, found: Iterable[tuple[Verdict, int]]) -> None:
        """`found`: verdicts, each with how many hosts it is about."""
        fits, held_back, self.count = True, False, 0
        for verdict, hosts in found:
            fits &= verdict.answer is Answer.YES
            held_back |= not verdict.sets_the_mode
            self.count += hosts if verdict.sets_the_mode else 0
        self._set = fits and held_back

    def words(self) -> str:
        """What to say of a host whose highest mode the chosen one is."""
        if not self._set:
            return tr("its highest mode")
        if self.count == 1:
            return tr("sets the mode")
        return tr("sets the mode, one of {count}").format(count=self.count)


def verdict_words(found: Verdict, setters: Setters) -> tuple[str, str]:
    """The severity ("ok", "info", "error" or "unknown") and what to say."""
    if found.wrong_vendor:
        return "error", tr("is of another maker than the mode")
    if found.answer is Answer.NO:
        return "error", tr("lacks {0}").format(", ".join(found.missing))
    if found.answer is Answer.UNKNOWN:
        if found.unknown and not found.unknown_leaves:
            return "unknown", tr("cannot tell: {0}, which no capture shows").format(", ".join(found.unknown))
        if not found.unknown_leaves:
            return "unknown", tr("cannot tell: what the mode contains is not published")
        return "unknown", tr("cannot tell: {0}; collect CPUID leaf {1}").format(
            ", ".join(found.unknown) or tr("its maker"), ", ".join(found.unknown_leaves)
        )
    if found.sets_the_mode:
        return "ok", setters.words()
    if found.hidden:
        return "info", tr("hides {0}").format(", ".join(found.hidden))
    return "ok", tr("hides nothing")
