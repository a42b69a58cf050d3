"""`tandem reconcile`: reads everything and says whether the books hold."""

from core.audit import service as audit
from core.costs import audit as costs
from core.db import UnitOfWork
from core.gate import audit as gate
from core.ledger import audit as books
from core.ledger.audit import Finding, Sum
from core.money import plural
from core.values import dataclass

LISTED_MOST = 50
"""Findings that are told one by one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found. The books hold when there are no findings."""

    transfers: int
    sums: list[Sum]
    invariants: tuple[str, ...]
    audit_entries: int
    findings: list[Finding]

    @property
    def holds(self) -> bool:
        """Whether everything is as it must be."""
        return not self.findings


def reconcile(uow: UnitOfWork) -> Report:
    """Check every invariant of the ledger, of costs and of reservations, and the audit chain; on one snapshot."""
    sums = books.sums(uow)
    findings = list(books.findings(uow))
    for unit in sorted({item.unit for item in sums}):
        total = sum(item.total for item in sums if item.unit == unit)
        if total != 0:
            findings.append(Finding("each unit sums to zero", f"{unit}: {total}"))
    findings += [*costs.findings(uow), *gate.findings(uow)]
    entries, broken = audit.verify(uow)
    if broken is not None:
        findings.append(Finding("the audit log is an unbroken chain", f"entry {broken}"))
    own = (*costs.INVARIANTS, *gate.INVARIANTS)
    invariants = (*books.INVARIANTS, "each unit sums to zero", *own, "the audit log is an unbroken chain")
    return Report(books.transfer_count(uow), sums, invariants, entries, findings)


def lines(report: Report) -> list[str]:
    """The report for a terminal: sums, what was checked, what was found."""
    entries = plural(report.audit_entries, "audit entry", "audit entries")
    shown = [f"{plural(report.transfers, 'transfer')}, {entries}."]
    for unit in sorted({item.unit for item in report.sums}):
        parts = [item for item in report.sums if item.unit == unit]
        kinds = ", ".join(f"{item.kind} {item.total:,}" for item in parts)
        shown.append(f"{unit}: {kinds}; together {sum(item.total for item in parts):,}.")
    broken = {finding.invariant for finding in report.findings}
    shown += [f"{'BROKEN' if invariant in broken else 'holds'}: {invariant}" for invariant in report.invariants]
    shown += [f"  at {finding.where}: {finding.invariant}" for finding in report.findings[:LISTED_MOST]]
    if (more := len(report.findings) - LISTED_MOST) > 0:
        shown.append(f"  and {more:,} more")
    found = plural(len(report.findings), "finding")
    shown.append("The books hold." if report.holds else f"{found}: the books do not hold.")
    return shown
