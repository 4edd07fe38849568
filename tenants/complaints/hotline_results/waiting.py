"""What waits for quality: results without its own callback."""

from sqlalchemy import func, select

from saas.identity.asking import Count
from tenants.complaints.hotline_results.models import HotlineArrival, HotlineCallback

WAITING: Count = (
    select(func.count())
    .select_from(HotlineArrival)
    .outerjoin(HotlineCallback, HotlineCallback.arrival_id == HotlineArrival.id)
    .where(HotlineCallback.arrival_id.is_(None))
)
