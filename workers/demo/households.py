"""About four hundred households a project, invented, the same at every run."""

from datetime import date, timedelta
from random import Random

from saas.sheets import write

SURNAMES = [*list("王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"), "欧阳", "上官"]
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文斌雨欣子轩梓涵思远嘉宁晓东海燕秀珍志明")
HEADER = [
    "楼栋",
    "单元",
    "房号",
    "姓名",
    "手机",
    "身份",
    "交付日期",
    "居住状态",
    "管家",
    "首选沟通方式",
    "邮箱",
    "面积",
]
STATES = ["入住"] * 7 + ["空置"] * 2 + ["装修"]
WAYS = ["电话", "短信", "当面", ""]


def roster(project: str, stewards: list[str], today: date) -> bytes:
    """A roster workbook as a project would bring it: five buildings, two entrances, twenty floors, two rooms each."""
    chance = Random(project)  # noqa: S311 - invented people, not secrets
    rows = []
    for building in range(1, 6):
        handed_over = today - timedelta(days=chance.choice([-40, 200, 500, 1300, 2600]))
        for entrance in (1, 2):
            for floor in range(1, 21):
                for side in ("01", "02"):
                    rows.append(
                        _household(chance, building, entrance, f"{floor:02d}{side}", handed_over, today, stewards)
                    )
    return write(rows, HEADER, f"{project} 业主名册")


def _household(
    chance: Random, building: int, entrance: int, room: str, handed_over: date, today: date, stewards: list[str]
) -> list[str]:
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2, 2])))
    phone = f"1{chance.choice('3589')}{chance.choice('0123456789')}{chance.randrange(10**8):08d}"
    mail = f"resident{chance.randrange(10**6):06d}@mail.example" if chance.random() < 0.35 else ""
    state = "空置" if handed_over > today else chance.choice(STATES)
    kind = chance.choice(["业主"] * 6 + ["租户"])
    area = chance.choice(["89", "108.5", "126", "143"])
    steward = stewards[building % len(stewards)]
    return [
        str(building), str(entrance), room, name, phone, kind, handed_over.isoformat(), state, steward,
        chance.choice(WAYS), mail, area,
    ]  # fmt: skip
