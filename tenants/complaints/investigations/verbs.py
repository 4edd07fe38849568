"""Writing an investigation report, as a form of the case."""

from tenants.complaints.investigations import actions
from tenants.complaints.investigations.forms import InvestigationForm
from tenants.complaints.investigations.models import PARTS
from tenants.complaints.verb import Verb

VERBS = {
    "investigations": Verb(
        "调查报告", "提交审核", ("investigate", "investigate_anyway", "reinvestigate"),
        lambda c, p, k, d: InvestigationForm.make(d, c, p, k.investigations[-1] if k.investigations else None),
        lambda c, f, v, by: actions.write(
            c.id, parts={name: f[name].data or "" for name in PARTS},
            to_general_manager="general_manager" in f and bool(f.general_manager.data), version=v, by=by,
        ),
        "调查报告已提交审核",
    ),
}  # fmt: skip
HINTS = {
    "investigations.responsible": "写明责任部门和人；属客户或外部原因的，也写在这里。",
    "investigations.prevention": "防止再次发生的措施、由谁在什么时候完成。",
    "investigations.general_manager": "影响较大的勾选；重大投诉的报告总是报总经理批准。",
}
ORDER = (
    ("investigate", "写调查报告", "investigations", "search-check"),
    ("investigate_anyway", "写调查报告", "investigations", "search-check"),
    ("reinvestigate", "修改调查报告", "investigations", "search-check"),
)
