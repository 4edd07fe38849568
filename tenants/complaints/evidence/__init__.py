"""What the records of a period say about the clauses of this chapter: every noun of a case answers for its own."""

from tenants.complaints.alarms.evidence import EVIDENCE as OF_ALARMS
from tenants.complaints.compensations.evidence import EVIDENCE as OF_COMPENSATIONS
from tenants.complaints.evidence.cases import EVIDENCE as OF_CASES
from tenants.complaints.evidence.rulings import EVIDENCE as OF_RULINGS
from tenants.complaints.investigations.evidence import EVIDENCE as OF_INVESTIGATIONS
from tenants.complaints.repeats.evidence import EVIDENCE as OF_REPEATS

EVIDENCE = OF_CASES | OF_RULINGS | OF_INVESTIGATIONS | OF_COMPENSATIONS | OF_REPEATS | OF_ALARMS
