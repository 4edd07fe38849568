"""The settings of a pack file: opening hours, and numbers and texts that belong to no single clause."""

from saas.policy.clauses import staff_role
from saas.policy.pack import OUTSIDERS, BusinessHours, Settings
from saas.policy.reading import Table


def settings(table: Table, roles: dict[str, str]) -> Settings:
    """The numbers and texts that belong to no single clause."""
    least, most = table.number("expected_hours_from"), table.number("expected_hours_to")
    if least > most:
        table.blame("expected_hours_to", "expected_hours_to 要不小于 expected_hours_from")
    found = Settings(
        hierarchy=_staff(table, "hierarchy", roles),
        hours=_hours(table.table("business_hours")),
        acknowledgement=table.text("acknowledgement"),
        expected_hours=(least, most),
        soon=table.span("soon"),
        remind_again=table.span("remind_again"),
        public_for=table.span("public_for"),
        pause_role=staff_role(table, "pause_role", roles),
        duty_movers=_staff(table, "duty_movers", roles),
        duty_move_role=staff_role(table, "duty_move_role", roles),
        satisfaction=table.texts("satisfaction"),
        statistics_to=table.some_of("statistics_to", roles, "角色"),
        callback_statistics_to=table.some_of("callback_statistics_to", roles, "角色"),
    )
    table.close()
    return found


def _staff(table: Table, key: str, roles: dict[str, str]) -> tuple[str, ...]:
    found = table.some_of(key, roles, "角色")
    for role in OUTSIDERS.intersection(found):
        table.blame(key, f"{roles.get(role, role)}不是公司员工：请从 {key} 里删去")
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
