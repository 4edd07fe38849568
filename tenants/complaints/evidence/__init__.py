"""What the records of a period say about the clauses of this chapter: every noun of a case answers for its own."""

from tenants.complaints.alarms.evidence import EVIDENCE as OF_ALARMS
from tenants.complaints.callback_checks.evidence import EVIDENCE as OF_CALLBACK_CHECKS
from tenants.complaints.compensations.evidence import EVIDENCE as OF_COMPENSATIONS
from tenants.complaints.evidence.cases import EVIDENCE as OF_CASES
from tenants.complaints.evidence.rulings import EVIDENCE as OF_RULINGS
from tenants.complaints.exemptions.evidence import EVIDENCE as OF_EXEMPTIONS
from tenants.complaints.follow_ups.evidence import EVIDENCE as OF_FOLLOW_UPS
from tenants.complaints.hotline_results.evidence import EVIDENCE as OF_HOTLINE_RESULTS
from tenants.complaints.investigations.evidence import EVIDENCE as OF_INVESTIGATIONS
from tenants.complaints.repeats.evidence import EVIDENCE as OF_REPEATS
from tenants.complaints.responsibilities.evidence import EVIDENCE as OF_RESPONSIBILITIES
from tenants.complaints.transfers.evidence import EVIDENCE as OF_TRANSFERS

EVIDENCE = {
    **OF_CASES, **OF_RULINGS, **OF_INVESTIGATIONS, **OF_COMPENSATIONS, **OF_REPEATS, **OF_ALARMS,
    **OF_FOLLOW_UPS, **OF_CALLBACK_CHECKS, **OF_EXEMPTIONS, **OF_RESPONSIBILITIES, **OF_HOTLINE_RESULTS,
    **OF_TRANSFERS,
}  # fmt: skip
