"""Made-up news in two languages: the same seed and day, the same words."""

from __future__ import annotations

import random
from dataclasses import dataclass

_ZH = (
    "人形机器人", "开源模型", "算力", "竞争格局", "大语言模型", "推理成本", "数据中心", "融资",
    "监管机构", "芯片", "自动驾驶", "语音助手", "企业客户", "研究团队", "基准测试", "发布",
    "下调价格", "签署协议", "扩大产能", "宣布合作", "开放接口", "更新路线图", "提交申请",
    "上线新版本", "收购", "招募人才", "公布财报", "推迟计划", "改进精度", "降低能耗",
)  # fmt: skip
_ZH_LINK = ("并", "，随后", "，同时", "，据称将", "以", "，因此", "与", "，预计明年")
_EN = (
    "humanoid robots", "open models", "compute", "the market", "language models", "inference",
    "data centres", "funding", "regulators", "chips", "driverless cars", "voice assistants",
    "business customers", "researchers", "benchmarks", "a new release", "lower prices",
    "an agreement", "more capacity", "a partnership", "public interfaces", "a road map",
    "an application", "a new version", "a purchase", "new staff", "its results", "a delay",
    "better precision", "less energy",
)  # fmt: skip
_EN_VERB = ("brings", "needs", "changes", "follows", "supports", "replaces", "expects", "tests")
_FIRMS = (
    ("海辰科技", "Haichen"), ("北辰智能", "Beichen"), ("晨星实验室", "Morning Star Labs"),
    ("云岫数据", "Yunxiu Data"), ("Cobalt Works", "Cobalt Works"), ("远桥机器人", "Farbridge"),
    ("Orchard AI", "Orchard AI"), ("青禾半导体", "Qinghe Semiconductor"),
    ("Northgate", "Northgate"), ("映川网络", "Yingchuan Networks"),
)  # fmt: skip
_TAGS = 200
_STORIES = 40


@dataclass(frozen=True, slots=True)
class News:
    """The words of an entry; `story` is "" for most."""

    slug: str
    title: tuple[str, str]
    summary: tuple[str, str]
    why: tuple[str, str]
    sources: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    importance: int
    story: str


def news(seed: int, day: int, place: int) -> News:
    """The entry at a place of a day."""
    draw = random.Random(f"{seed}/{day}/{place}")
    firm, other = draw.sample(_FIRMS, 2)
    slug = f"{other[1].split()[0].lower()}-{draw.choice(_EN_VERB)}-{place:02d}"
    title = (
        f"{firm[0]}{draw.choice(_ZH)}{draw.choice(_ZH_LINK)}{draw.choice(_ZH)}",
        f"{firm[1]} {draw.choice(_EN_VERB)} {draw.choice(_EN)} with {other[1]}",
    )
    sources = tuple(
        (f"{name[1]} Daily", f"https://{name[1].split()[0].lower()}.example/{day}/{place}")
        for name in (firm, other)
    )
    tags = tuple(sorted({f"topic-{_skewed(draw, _TAGS)}" for _ in range(3)}))
    story = f"story-{place}-{draw.randrange(_STORIES)}-{day // 60}" if draw.random() < 0.1 else ""
    return News(
        slug, title,
        (_chinese(draw, firm[0], 220), _english(draw, firm[1], 420)),
        (_chinese(draw, other[0], 60), _english(draw, other[1], 120)),
        sources, tags, draw.randint(1, 5), story,
    )  # fmt: skip


def _skewed(draw: random.Random, most: int) -> int:
    """A few values often, most of them seldom, as tags are."""
    return min(int(draw.paretovariate(0.7)), most)


def _chinese(draw: random.Random, firm: str, length: int) -> str:
    found = ""
    while len(found) < length:
        named = f"**{firm}**" if draw.random() < 0.1 else firm
        found += f"{named}{draw.choice(_ZH)}{draw.choice(_ZH_LINK)}{draw.choice(_ZH)}。"
    return found


def _english(draw: random.Random, firm: str, length: int) -> str:
    found: list[str] = []
    while sum(map(len, found)) < length:
        named = f"**{firm}**" if draw.random() < 0.1 else firm
        found.append(
            f"{named} {draw.choice(_EN_VERB)} {draw.choice(_EN)}, and {draw.choice(_EN)} "
            f"{draw.choice(_EN_VERB)} {draw.choice(_EN)}."
        )
    return " ".join(found)
