"""Who plays: companies, projects, people."""

from dataclasses import dataclass
from datetime import date

from saas.companies.projects import ProjectFacts

COMPANIES = {
    "xiangrui": ("祥瑞物业", {"yunqi": "云栖花园", "binjiang": "滨江一号", "cuihu": "翠湖天地"}),
    "hengtai": ("恒泰物业", {"xuefu": "学府雅苑", "xinghe": "星河国际"}),
}

FACTS = {
    "yunqi": ProjectFacts("remuneration", date(2021, 6, 18), "0571-88990101", "0571-88990100"),
    "binjiang": ProjectFacts("lump_sum", date(2019, 9, 1), "0571-88990201", "0571-88990100"),
    "cuihu": ProjectFacts("lump_sum", date(2023, 12, 20), "0571-88990301", "0571-88990100"),
    "xuefu": ProjectFacts("lump_sum", date(2018, 5, 30), "025-66770101", "025-66770100"),
    "xinghe": ProjectFacts("remuneration", date(2022, 3, 12), "025-66770201", "025-66770100"),
}

# The head office's people hold their role in every project of the company.
OFFICE = {
    "xiangrui": {
        "company_admin": "钱文博", "quality": "孟晓岚", "complaint_officer": "何静", "division_leader": "韩立群",
        "general_manager": "王海峰", "finance": "许明霞", "legal": "罗一鸣", "brand": "梁雨桐",
    },
    "hengtai": {
        "company_admin": "冯建业", "quality": "陆思敏", "complaint_officer": "曹颖", "division_leader": "邓卫国",
        "general_manager": "沈国梁", "finance": "苏红", "legal": "蒋正", "brand": "姚可",
    },
}  # fmt: skip

CREW = ("steward", "steward2", "front_desk", "technician", "engineering_supervisor", "service_supervisor",
        "project_manager", "information_supervisor")  # fmt: skip
CREWS = {
    "yunqi": ("林晓燕", "徐小满", "孙雨薇", "赵强", "吴涛", "周敏", "陈志远", "高洁"),
    "binjiang": ("方婷", "郑一凡", "田甜", "马军", "宋建国", "黄丽华", "刘振东", "秦岚"),
    "cuihu": ("唐佳怡", "汪洋", "金晶", "石磊", "范志刚", "杜娟", "潘启明", "叶青"),
    "xuefu": ("蔡文静", "贺鹏", "程露", "龚亮", "魏东", "丁慧", "薛立新", "任洁"),
    "xinghe": ("余欢", "段誉铭", "江月", "严冬", "雷鸣", "万芳", "白景明", "常乐"),
}


@dataclass(frozen=True)
class Part:
    """One person of the demonstration."""

    name: str
    role: str
    email: str


def office(company: str) -> list[Part]:
    """The head office's people."""
    return [Part(name, role, f"{role}@{company}.example".replace("_", ".")) for role, name in OFFICE[company].items()]


def crew(company: str, project: str) -> list[Part]:
    """The project's own people; two of them are stewards."""
    parts = []
    for post, name in zip(CREW, CREWS[project], strict=True):
        parts.append(Part(name, post.rstrip("2"), f"{post}.{project}@{company}.example".replace("_", ".")))
    return parts
