"""What the figures of decisions say: effect against cost, and what must be believed."""

from __future__ import annotations

from sim.figures.run import Lang
from sim.trace import Label

WORDS = {
    "effect_cost.what": Label(
        "纵轴：承运量比各自所依据的情景多多少（{channel}，标箱）；横轴：财政支出多多少（百万元）；均为全年均值",
        "Up: TEU more than in the scenario each is based on ({channel}). Right: public cost more, million yuan a year",
    ),
    "effect_cost.note": Label(
        "逐年配对 {n} 年，随机条件相同。线段：对 {k} 个情景合起来 95% 的区间；"
        "空心：箱量变化不能与偶然区分。星：标题所说的情景。",
        "{n} paired years under the same luck. Bars: intervals that hold together over {k} what-ifs with 95 %. "
        "Hollow: the change of cargo is not told from chance. Star: the one in the title.",
    ),
    "effect_cost.none": Label("没有财政支出数据", "no public cost is known"),
    "more_dearer": Label("箱量增，财政多花钱", "more cargo, costs money"),
    "more_cheaper": Label("箱量增，财政少花钱", "more cargo, saves money"),
    "less_dearer": Label("箱量减，财政多花钱", "less cargo, costs money"),
    "less_cheaper": Label("箱量减，财政少花钱", "less cargo, saves money"),
    "reference": Label("对照", "reference"),
    "point": Label("{teu} 标箱，{cost} 百万元", "{teu} TEU, {cost} m CNY"),
    "all": Label("各通道合计", "all channels"),
    "believe.what": Label(
        "每格为 {n} 个模拟年的均值（{measure}）；横轴：{x}；纵轴：{y}",
        "Each cell: mean of {n} years ({measure}). Right: {x}. Up: {y}",
    ),
    "believe.note": Label(
        "黑线：均值等于目标 {target} 处，格间线性内插。“?”：该格的年份尚不能断定。×：假设值。",
        "Black line: where the mean is the target, {target}, straight between cells. “?”: the years of this cell do "
        "not decide it. ×: as assumed.",
    ),
    "believe.refused": Label("空格：检查不接受的情景。", "Empty: no possible scenario."),
}


def say(key: str, lang: Lang, **values: object) -> str:
    """A text of the table, with its gaps filled."""
    return WORDS[key].of(lang).format(**values)
