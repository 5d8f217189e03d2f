"""What the figures of decisions say: effect against cost, and what must be believed."""

from __future__ import annotations

from sim.figures.run import Lang
from sim.trace import Label

WORDS = {
    "effect_cost.what": Label(
        "各情景与其所依据的情景相比，全年均值：多运多少标箱（{channel}），{cost}多多少",
        "What each adds to the scenario that it is based on, in a year: TEU carried ({channel}), and {cost}",
    ),
    "effect_cost.cargo": Label(
        "各情景与其所依据的情景相比，全年均值：多运多少标箱（{channel}）",
        "What each adds to the scenario that it is based on, in a year: TEU carried ({channel})",
    ),
    "effect_cost.note": Label(
        "逐年配对 {n} 年，随机条件相同。线段：对 {k} 个情景合起来 95% 的区间。空心：有未知之处。星：标题所说的情景。",
        "{n} paired years under the same luck. Bars: intervals that hold together over {k} what-ifs with 95 %. "
        "Hollow: something is not known. Star: the one in the title.",
    ),
    "effect_cost.not_priced": Label(
        "投资未计价：模型未计其投资，所列成本不完整。",
        "Not priced: the model has no price for the investment, and the cost shown is not all of it.",
    ),
    "effect_cost.beyond": Label("箭头：超出坐标范围。", "Arrow: beyond the scale."),
    "effect_cost.none": Label("没有可比较的数据", "nothing to compare"),
    "effect_cost.gain": Label("多运标箱", "TEU more"),
    "effect_cost.million": Label("，百万元", ", million CNY"),
    "effect_cost.each": Label("每标箱 元", "CNY per TEU"),
    "effect_cost.ends": Label("{each}（{low}–{high}）", "{each} ({low}–{high})"),
    "effect_cost.saves": Label("省 {each}", "saves {each}"),
    "group.buys": Label("花钱换来箱量（由省到贵）", "More cargo, at a cost (the cheapest first)"),
    "group.free": Label("箱量增加，不花钱", "More cargo, at no cost"),
    "group.untold": Label("箱量有变，成本与偶然不能区分", "Cargo changes, its cost is not told from chance"),
    "group.not_priced": Label("箱量增加，投资未计价", "More cargo, but the investment is not priced"),
    "group.unpriced": Label("箱量有变，模型中没有金额", "Cargo changes, no money in the model"),
    "group.saves": Label("省钱，箱量减少", "Money saved, less cargo"),
    "group.loses": Label("箱量减少，并不省钱", "Less cargo, no money saved"),
    "group.happens": Label("可能发生的情况，并非决策", "What may happen, and is no decision"),
    "group.no_gain": Label("箱量变化与偶然不能区分", "No change of cargo told from chance"),
    "factorial.what": Label(
        "在“{reference}”上，各因素单独和共同的作用，全年均值",
        "What each factor changes of “{reference}” in a year, and what they change together",
    ),
    "factorial.main": Label("单独作用（主效应）", "Each factor (main effect)"),
    "factorial.together": Label("相互影响（交互效应）", "Together, beyond their sum (interaction)"),
    "factorial.none": Label("无", "none"),
    "factorial.note": Label(
        "主效应：其他因素各种取值下的平均变化；交互效应：一个因素在另一因素存在与不存在时作用之差的一半。"
        "逐年配对 {n} 年，随机条件相同。线段：对每项指标的 {k} 个效应合起来 95% 的区间。"
        "蓝：增；橙：减；空心：与偶然不能区分。",
        "Main effect: the mean change over all settings of the others. Interaction: half of what one factor makes more "
        "with the other than without. {n} paired years under the same luck. Bars: intervals that hold together over "
        "the {k} effects on a measure with 95 %. Blue: more; orange: less; hollow: not told from chance.",
    ),
    "all": Label("各通道合计", "all channels"),
    "believe.what": Label(
        "每格为 {n} 个模拟年的均值（{measure}）；横轴：{x}；纵轴：{y}",
        "Each cell: mean of {n} years ({measure}). Right: {x}. Up: {y}",
    ),
    "believe.line": Label(
        "黑线：均值等于目标 {target} 处，格间线性内插。",
        "Black line: where the mean is the target, {target}, straight between cells.",
    ),
    "believe.note": Label(
        "“?”：该格的年份尚不能断定。×：假设值。",
        "“?”: the years of this cell do not decide it. ×: as assumed.",
    ),
    "believe.refused": Label("空格：检查不接受的情景。", "Empty: no possible scenario."),
}


def say(key: str, lang: Lang, **values: object) -> str:
    """A text of the table, with its gaps filled."""
    return WORDS[key].of(lang).format(**values)
