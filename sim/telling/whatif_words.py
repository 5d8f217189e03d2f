"""What is said of what-ifs, factorial designs, diversion and beliefs, in both languages."""

from __future__ import annotations

from sim.words import LANGS, Lang
from sim.words import say as say_common

WORDS: dict[str, tuple[str, str]] = {
    # --- the table of what-ifs
    "whatif_title": (
        "{k} what-ifs against “{reference}”: mean differences of {n} paired years, ± jointly 95 %",
        "{k} 个假设情景与“{reference}”对比：{n} 个配对模拟年的平均差，± 合起来 95%",
    ),
    "whatif": ("what-if", "假设情景"),
    "legend_title": ("The what-ifs", "各情景"),
    "legend": ("  {id}: {name}", "  {id}：{name}"),
    "col_carried": ("TEU, {channel}", "{channel} 标箱"),
    "col_local": ("local share, points", "本地货 百分点"),
    "col_days": ("days, mean", "全程 天"),
    "col_cost": ("net cost, CNY/FEU", "净成本 元/FEU"),
    "col_public": ("public cost, million CNY", "财政支出 百万元"),
    "col_operators": ("operators’ result, million CNY", "运营方盈亏 百万元"),
    "col_ratio": ("CNY for a TEU more", "每增一标箱 元"),
    "col_co2": ("CO2, t", "碳排放 吨"),
    "col_sign": ("sign of TEU holds", "方向成立"),
    "untold_mark": (
        "? not told from chance (Holm, over the {k} what-ifs). * the channels' shares of the total moved it too.",
        "? 不能与偶然区分（霍尔姆法，{k} 个情景）。* 部分由各通道份额变化所致。",
    ),
    "ratio_note_joint": (
        (
            "CNY for a TEU more: cost to treasury and operators over TEU ({channel}), a ratio of means with Fieller's "
            "interval. That cost is what the treasury pays more and operators are left with less; a subsidy goes from "
            "one to the other and cancels."
        ),
        (
            "每增一标箱：财政与运营方合计成本之差除以箱量（{channel}）之差，均值之比，费勒区间。"
            "合计成本为财政多付与运营方少得之和；补贴由财政付给运营方，两相抵消。"
        ),
    ),
    "ratio_note_public": (
        "CNY for a TEU more: public cost over TEU ({channel}), a ratio of means with Fieller's interval.",
        "每增一标箱：财政支出之差除以箱量（{channel}）之差，均值之比，费勒区间。",
    ),
    "public_note": (
        "Public cost and subsidy for each TEU more stand in levers.csv and whatif.csv.",
        "每增一标箱的财政支出和补贴见 levers.csv 与 whatif.csv。",
    ),
    "free_note": (
        (
            "No cost: the whole interval of the cost lies below {share} of what the public pays for as many TEU "
            "without the what-if. Cost not told: so many years do not say."
        ),
        "不花钱：成本的整个区间都低于不采取措施时同样箱量所耗财政支出的 {share}。成本未明：这些年份说不清。",
    ),
    "price_note": (
        (
            "† investment not priced: levers that bring no outlay and change no tariff, subsidy or timetable ({list}). "
            "What it buys is not known, and it is left out of the ranking."
        ),
        "† 投资未计价：所用杠杆没有列支费用，也不改变运价、补贴或时刻（{list}）；换来多少无从得知，不参加排名。",
    ),
    "quoted": ("“{name}”", "“{name}”"),
    "stands_on_note": (
        (
            "What a what-if buys (sentences, last column, picture) is held against the scenario that it is based on "
            "({list}): what that one gains by itself is not counted. All other columns are against the reference."
        ),
        "各情景“换来多少”（文字、最后一列和图）以其所依据的情景（{list}）为基准，不计该情景本身的效果；其余各列与对照情景相比。",
    ),
    "draws_note": (
        "Sign holds: share of {n} draws of all graded ranges in which cargo changes the same way; more in whatif.csv.",
        "方向成立：{n} 次抽样（全部区间同时抽取）中箱量增减方向不变的比例；其余见 whatif.csv。",
    ),
    "joint_whatif": (
        "Years are paired under the same luck. Intervals hold together over the {k} what-ifs (Bonferroni).",
        "逐年配对，随机条件相同；各区间对 {k} 个情景合起来有 95% 的把握（邦费罗尼法）。",
    ),
    "cell_ends": (" ({low} – {high})", " ({low} – {high})"),
    "cell_free": ("no cost", "不花钱"),
    "cell_untold": ("cost not told", "成本未明"),
    "cell_not_priced": ("not priced †", "未计价 †"),
    "cell_no_gain": ("no gain", "无增量"),
    "cell_loses": ("loses cargo", "箱量减少"),
    "cell_happens": ("no decision", "并非决策"),
    "cell_saves": ("saves {ratio}", "省 {ratio}"),
    # --- the plain sentences
    "cost_joint": ("cost to treasury and operators", "财政与运营方合计成本"),
    "cost_public": ("public cost", "财政支出"),
    "buys_most": (
        "“{name}” buys the most: {ratio} TEU more for each million yuan of {cost}{ends}, that is {each} yuan a TEU",
        "“{name}”花钱最见效：每百万元{cost}多运 {ratio} 标箱{ends}，即每标箱 {each} 元",
    ),
    "ratio_ends": (" ({low} to {high})", "（{low}–{high}）"),
    "first_years": ("; first of {k} in {share} of resampled years", "；在 {k} 项中排第一的把握：年份重抽样 {share}"),
    "first_draws": (", and in {share} of {n} draws of the inputs", "，{n} 次输入抽样中为 {share}"),
    "only_buyer": ("; no other what-if buys cargo", "；其他情景都不是花钱换箱量"),
    "buys_none": (
        "No what-if buys more cargo at a {cost} that is known.",
        "没有一个情景能说清以多少{cost}换来更多箱量。",
    ),
    "next_best": ("Then: {list}.", "其次：{list}。"),
    "next_one": ("“{name}” ({ratio} TEU)", "“{name}”（{ratio} 标箱）"),
    "gains_free": ("More cargo, and no {cost}: {list}.", "箱量增加而不增加{cost}：{list}。"),
    "gains_untold": (
        "Cargo changes, and so many years do not tell the {cost}: {list}.",
        "箱量有变，这些年份说不清{cost}是增是减：{list}。",
    ),
    "gains_not_priced": (
        "More cargo, but the investment is not priced in the model, so that nothing is said of what it buys: {list}.",
        "箱量增加，但模型未计其投资，不能说值不值：{list}。",
    ),
    "saves_money": ("Less {cost}, and less cargo: {list}.", "{cost}减少，箱量也减少：{list}。"),
    "loses_cargo": ("Less cargo, and no {cost} saved: {list}.", "箱量减少，{cost}并不减少：{list}。"),
    "may_happen": ("What may happen, and is no decision: {list}.", "可能发生、并非决策的情况：{list}。"),
    "no_gain": (
        "No change of cargo told from chance: {list}.",
        "箱量变化不能与偶然区分：{list}。",
    ),
    "unpriced": ("Cargo changes, no cost is known: {list}.", "箱量有变，成本未知：{list}。"),
    "one_free": ("“{name}” ({teu} TEU)", "“{name}”（{teu} 标箱）"),
    "one_saves": (
        "“{name}” ({teu} TEU, {cost} million yuan: {each} yuan for each TEU lost)",
        "“{name}”（{teu} 标箱，{cost} 百万元，即每少一标箱省 {each} 元）",
    ),
    "one_untold": ("“{name}” ({teu} TEU, {spent} million yuan)", "“{name}”（{teu} 标箱，{spent} 百万元）"),
    "one_plain": ("“{name}”", "“{name}”"),
    "title_buys": (
        "“{name}” buys the most cargo: {ratio} TEU for each million yuan",
        "“{name}”花钱最见效：每百万元多运 {ratio} 标箱",
    ),
    "title_free": ("“{name}” brings {teu} TEU at no cost", "“{name}”不花钱就带来 {teu} 标箱"),
    "title_unknown": (
        "“{name}” brings the most cargo, {teu} TEU; what it costs is not known",
        "“{name}”增量最多（{teu} 标箱），但成本未知",
    ),
    "title_none": ("No what-if brings more cargo that can be told from chance", "没有一个情景的箱量增加能与偶然区分"),
    # --- diversion
    "diversion_title": (
        "Who changes over with “{name}”: TEU a year, from (rows) → to (columns), mean of {n} paired years",
        "“{name}”下谁改走了：每年标箱，行为原选择、列为新选择，{n} 个配对年的均值",
    ),
    "from_to": ("from \\ to", "从＼到"),
    "leaves": ("leaves", "流出合计"),
    "not_booked": ("not booked", "未委托"),
    "diversion_told": (
        "Most goes from {a} to {b}: {teu} TEU a year ({low} to {high}).",
        "改走最多的是从{a}到{b}：每年 {teu} 标箱（{low}–{high}）。",
    ),
    "diversion_none": ("Nobody changes over.", "没有货主改变选择。"),
    # --- factorial designs
    "factorial_title": (
        "{measure}, {channel}: effects of {k} factors over “{reference}”, {n} paired years",
        "{measure}（{channel}）：{k} 个因素对“{reference}”的效应，{n} 个配对模拟年",
    ),
    "factors_title": ("The factors", "各因素"),
    "factorial_panel": ("{measure}, {unit}\n({channel})", "{measure}，{unit}\n（{channel}）"),
    "factorial_headline": (
        "“{name}” moves the most cargo: {teu} TEU; {added}",
        "“{name}”对箱量影响最大：{teu} 标箱；{added}",
    ),
    "factorial_added": ("the factors add up", "各因素的作用可以相加"),
    "factorial_not_added": ("the factors do not simply add up ({most})", "各因素的作用不能简单相加（{most}）"),
    "factorial_title_none": (
        "No factor moves cargo that can be told from chance",
        "没有一个因素对箱量的影响能与偶然区分",
    ),
    "effect": ("effect", "效应"),
    "effect_size": ("mean ± jointly 95 %", "均值 ± 合起来 95%"),
    "told": ("told from chance", "能否与偶然区分"),
    "told_yes": ("yes", "能"),
    "told_no": ("no", "不能"),
    "told_zero": ("exactly none", "完全没有"),
    "factorial_note": (
        (
            "A main effect is the mean change over all settings of the others; an interaction is half of what one "
            "factor makes more with the other than without. p by Holm over the {k} effects of a figure."
        ),
        (
            "主效应：其他因素各种取值下的平均变化；交互效应：一个因素在另一因素存在与不存在时作用之差的一半。"
            "p 值按霍尔姆法对每项指标的 {k} 个效应校正。"
        ),
    ),
    "interactions_none": (
        "The factors add up: no interaction on {measure} ({channel}) is told from chance.",
        "各因素的作用可以相加：{measure}（{channel}）上没有能与偶然区分的交互效应。",
    ),
    "interactions": (
        "The factors do not simply add up in {measure} ({channel}): {list}.",
        "{measure}（{channel}）上各因素的作用不能简单相加：{list}。",
    ),
    # --- what must be believed
    "at_least": ("at least", "至少"),
    "at_most": ("at most", "至多"),
    "believe_title": (
        "{channel}, {measure}: {way} {target} in {holds} of {known} cells, undecided in {unclear}",
        "{channel}{measure}{way} {target}：{known} 格中 {holds} 格成立，{unclear} 格不能断定",
    ),
    "believe_told": (
        (
            "{channel}, {measure}: {way} {target} in {holds} of {known} cells of the grid; {unclear} are undecided by "
            "{n} years each. It is the mean of the years that is asked, not how sure one year is."
        ),
        (
            "{channel}{measure}{way} {target}：网格 {known} 格中有 {holds} 格成立；"
            "{unclear} 格以每格 {n} 个模拟年尚不能断定。所问是多年均值，而非单一年份的把握。"
        ),
    ),
    "believe_all": (
        "Whatever is believed of the two within their ranges, the answer is the same.",
        "两项输入在区间内无论取何值，结论都一样。",
    ),
    "believe_flat": (
        "{y} makes no difference: whatever it is, the answer is the same to the digit.",
        "{y}不起作用：无论取何值，结果分毫不差。",
    ),
    "believe_edge": (
        "One must believe: with {y} as assumed ({at}), {x} {way} about {value}.",
        "须相信：{y}取假设值（{at}）时，{x}{way}约 {value}。",
    ),
    "believe_refused": (
        "{n} cells are no possible scenario, such as: {why}",
        "{n} 格不是可能的情景，例如：{why}",
    ),
    "grid_sides": ("Across: {x}. Down: {y}.", "横向：{x}；纵向：{y}。"),
    "share_of_range": ("{name}, share of the range", "{name}（区间内位置）"),
    "all_lower": ("all channels", "各通道合计"),
}


def say(lang: Lang, word: str, **values: object) -> str:
    """The text for a word in a language, with values put in; those of `sim.words` where there is none here."""
    if word not in WORDS:
        return say_common(lang, word, **values)
    return WORDS[word][LANGS.index(lang)].format(**values)
