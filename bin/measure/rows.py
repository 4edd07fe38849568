"""Complaints by one SQL statement: ten thousand in three years, one in twelve still open, six people's work."""

from typing import Any

from psycopg import Connection, sql

ROWS = 10_000

STAFF = """
INSERT INTO {schema}.staff (id, name, email, roles, since)
SELECT gen_random_uuid(), '管家' || n, format('steward%s@example.com', n), '{{steward}}', now()
FROM generate_series(1, 5) AS n
"""
FILL = """
INSERT INTO {schema}.complaints (
    id, number, subject, body, category, severity, source, channel, room, reporter, phone, received_at, registered_at,
    registered_by, registered_by_name, department, handler_id, state, next_stage, next_due_at
)
SELECT
    gen_random_uuid(),
    format('TS-%s-%s', to_char(at, 'YYYYMMDD'), lpad(n::text, 5, '0')),
    (ARRAY['电梯运行有异响', '楼道堆放杂物', '夜间装修噪声扰民', '地下车库渗水', '门禁经常失灵'])[1 + n % 5] || n,
    repeat('业主反映问题持续多日，物业人员到场查看后仍未解决，影响老人和孩子出行，希望尽快给出处理时间。', 2 + n % 4)
        || (ARRAY['飞线充电', '高空抛物', '外墙脱落', '噪声检测', '充电桩跳闸', '化粪池外溢', '快递柜损坏'])[1 + n % 7]
        || CASE WHEN n % 997 = 0 THEN '白蚁蛀蚀门框' ELSE '' END,
    (ARRAY['environment', 'order', 'facilities', 'parking', 'noise', 'attitude'])[1 + n % 6],
    (ARRAY['general', 'general', 'general', 'important', 'major'])[1 + n % 5],
    'owner',
    'phone',
    format('%s 栋 %s 单元 %s', 1 + n % 12, 1 + n % 3, 101 + n % 2000),
    (ARRAY['王', '李', '张', '刘', '陈'])[1 + n % 5] || (ARRAY['秀英', '建国', '丽', '志强'])[1 + n % 4],
    '13800' || lpad(n::text, 6, '0'),
    at, at, handler.id, handler.name, 'engineering', handler.id,
    CASE WHEN open
        THEN (ARRAY['registered', 'accepted', 'handling', 'handled', 'replied'])[1 + n % 5] ELSE 'closed' END,
    CASE WHEN open THEN 'reply' END,
    CASE WHEN open THEN at + interval '7 days' END
FROM generate_series(1, {rows}) AS n
CROSS JOIN LATERAL (SELECT now() - n * interval '2 hours 37 minutes' AS at, n <= {rows} / 12 AS open) AS each
JOIN (SELECT id, name, row_number() OVER () AS nth, count(*) OVER () AS people FROM {schema}.staff) AS handler
    ON handler.nth = 1 + n % handler.people
"""


def fill(admin: Connection[Any], schema: str, rows: int = ROWS) -> None:
    """Write so many rows and let the planner know of them."""
    name = sql.Identifier(schema)
    admin.execute(sql.SQL(STAFF).format(schema=name))
    admin.execute(sql.SQL(FILL).format(schema=name, rows=sql.Literal(rows)))
    admin.execute(sql.SQL("VACUUM ANALYZE {}.complaints").format(name))
