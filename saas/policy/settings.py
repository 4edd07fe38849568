"""The settings of a pack file: opening hours, and numbers and texts that belong to no single clause."""

from saas.policy.pack import BusinessHours, Settings
from saas.policy.reading import Table


def settings(table: Table, roles: dict[str, str]) -> Settings:
    """The numbers and texts that belong to no single clause."""
    least, most = table.number("expected_hours_from"), table.number("expected_hours_to")
    if least > most:
        table.blame("expected_hours_to", "expected_hours_to 要不小于 expected_hours_from")
    found = Settings(
        hierarchy=table.some_of("hierarchy", roles, "角色"),
        hours=_hours(table.table("business_hours")),
        acknowledgement=table.text("acknowledgement"),
        expected_hours=(least, most),
        soon=table.span("soon"),
        remind_again=table.span("remind_again"),
        public_for=table.span("public_for"),
        pause_role=table.one_of("pause_role", roles, "角色"),
        satisfaction=table.texts("satisfaction"),
    )
    table.close()
    return found


def _hours(table: Table) -> BusinessHours:
    keys = ("opens", "lunch_from", "lunch_to", "closes")
    times = [table.hour(key) for key in keys]
    table.close()
    for key, before, after in zip(keys[1:], times, times[1:], strict=False):
        if after < before:
            table.blame(key, f"营业时间要从早到晚：{'、'.join(keys)}，{key} 早于前一项")
            break
    if times[0] == times[-1]:
        table.blame("closes", "开门和关门是同一时刻：请改 opens 或 closes")
    return BusinessHours(*times)
