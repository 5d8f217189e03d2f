"""What the command line says, in both languages. Names of measures stand with the measures, figures have their own."""

from __future__ import annotations

from typing import Literal, get_args

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = get_args(Lang)

WORDS: dict[str, tuple[str, str]] = {
    "all": ("all channels", "合计"),
    "outbound": ("outbound", "去程"),
    "inbound": ("inbound", "回程"),
    "per_run": ("mean of {n} simulated years, ± 95 %", "{n} 个模拟年的均值，± 95%"),
    "carried": ("carried, TEU", "承运量（标箱）"),
    "interval": ("  95 % interval of the mean", "  均值 95% 置信区间"),
    "one_year": ("  90 % of single years *", "  单年 90% 预测区间 *"),
    "if_true": (
        "* if the assumptions hold: chance within and between years, not the ranges of what was assumed.",
        "* 以假设成立为前提：只含年内与年际的随机波动，不含假设本身的区间。",
    ),
    "against": ("against {value} TEU ({year})", "对比基准 {value} 标箱（{year} 年）"),
    "difference": ("  difference", "  差额"),
    "at_least": ("  years at or above it *", "  达到基准的年份占比 *"),
    "verdict": ("  verdict *", "  判断 *"),
    "above": ("above", "高于基准"),
    "below": ("below", "低于基准"),
    "unclear": ("cannot be told", "无法判断"),
    "trains": ("trains run", "开行列数（列）"),
    "per_train": ("TEU per train", "每列箱量（标箱/列）"),
    "local": ("local share", "本地货占比"),
    "days": ("door to door, days (mean)", "全程时效（天，均值）"),
    "p90": ("  90 % within, days", "  九成以内（天）"),
    "transit": ("station to station, days", "站到站时间（天）"),
    "tag": ("tag: {of}", "标记：{of}"),
    "tag_carried_teu": ("carried", "承运量"),
    "tag_trains_run": ("trains", "列数"),
    "tag_teu_per_train": ("TEU per train", "每列箱量"),
    "tag_local_share": ("local share", "本地货占比"),
    "tag_lead_time_days": ("door to door", "全程时效"),
    "tag_transit_days": ("station to station", "站到站时间"),
    "input-echo": ("input-echo", "输入回显"),
    "calibrated": ("calibrated", "已标定"),
    "predicted": ("predicted", "预测"),
    "untagged": ("not computed", "未计算"),
    "most_loaded": ("Most loaded: {list}", "最紧张的资源：{list}"),
    "loaded": ("{name} {share}", "{name} {share}"),
    "demand": (
        "Carried, TEU, if all demand is low / as assumed / high (mean ± 95 % of the same {n} years):",
        "货源取低 / 中 / 高值时的承运量（标箱，同样的 {n} 个模拟年，均值 ± 95%）：",
    ),
    "demand_of": ("  {channel}: {low} / {mode} / {high}", "  {channel}：{low} / {mode} / {high}"),
    "assumed": (
        "Assumed for this year, nowhere documented (range in brackets):",
        "本年度假设，无文献依据（方括号内为区间）：",
    ),
    "assumed_more": (
        "{n} more assumed numbers stand with their ranges in {file}.",
        "另有 {n} 个假设值及其区间见 {file}。",
    ),
    "what_if": ("Changed on the command line: {path} = {value}", "命令行改动：{path} = {value}"),
    "short_warm_up": (
        "Warning: the warm-up of {days} days is under three lead times ({lead} days, 95 % within): figures start low.",
        "警告：预热期 {days} 天，不足最长全程时效（95% 以内 {lead} 天）的三倍，承运量和时效在年初偏低。",
    ),
    "growing": (
        "Warning: the backlog of {channel} grew by {teu} TEU over the year; its days count only what got through.",
        "警告：{channel}的待运箱量一年增加 {teu} 标箱，其时效只反映已送达的箱。",
    ),
    "yard_over": (
        "Warning: {name} ran over its {slots} slots (peak {peak} TEU); it turns nobody away.",
        "警告：{name}超出堆存能力 {slots} 标箱（峰值 {peak} 标箱）；该堆场不拒收。",
    ),
    "turns_away": ("turns trucks away when full", "堆满时拒收"),
    "turned_away": (
        "Warning: {teu} TEU of {channel} ({share}) are turned away at a full yard, and lost.",
        "警告：{channel}有 {teu} 标箱（{share}）因堆场已满被拒收而流失。",
    ),
    "optimistic": (
        "Warning: {name} is loaded {share}: the intervals of what waits for it are optimistic.",
        "警告：{name}负荷 {share}：相关等待指标的区间偏乐观。",
    ),
    "one_replication": (
        "Only one replication: no interval can be given.",
        "只有一次模拟，无法给出区间。",
    ),
    "written": ("Results in {folder}", "结果保存在 {folder}"),
    "simulating": ("simulating", "模拟中"),
    "drawing": ("drawing", "绘图中"),
    "no_problem": ("{file} is fine.", "{file} 没有问题。"),
    "load_title": ("Load against capacity before anything runs", "运行前的负荷与能力对照"),
    "resource": ("resource or service", "资源或班列"),
    "offered": ("load", "负荷"),
    "capacity": ("capacity", "能力"),
    "share": ("share", "占比"),
    "must_grow": ("backlog grows by {rate} a day", "待运量每天增加 {rate}"),
    "unlimited": ("no limit", "不限"),
    "grades": ("Numbers by grade: {list}", "数据等级：{list}"),
    "documented": ("documented", "有据"),
    "derived": ("derived", "推算"),
    "assumed_grade": ("assumed", "假设"),
    "what-if": ("what-if", "假想"),
    "compare_title": ("{other} less {base}, paired over {n} years", "{other} 减 {base}，{n} 年配对"),
    "paired": (
        "Differences of the mean over years with the same luck. Whether one year reaches a baseline, `sim run` says.",
        "差值是相同随机条件下多年均值之差；单独一年能否达到基准，见 `sim run`。",
    ),
    "measure": ("measure", "指标"),
    "correlation": ("correlation", "相关系数"),
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "same": ("no difference", "无差异"),
    "changed": ("differs", "有差异"),
    "tiny": ("negligible", "可忽略"),
    "change": ("difference (95 %)", "差值（95% 区间）"),
    "reading": ("reading", "解读"),
    "calm": ("cannot be told", "无法判断"),
    "tags_title": ("What each headline rests on", "各主要指标的来源"),
    "demand_power": ("elasticity to demand", "对货源的弹性"),
    "timetable_power": ("elasticity to timetables", "对开行班期的弹性"),
    "tag_head": ("tag", "标记"),
    "channel": ("channel", "通道"),
    "verify_title": ("Exact answers", "精确解检验"),
    "row": ("row", "算例"),
    "figure": ("figure", "指标"),
    "exact": ("exact", "精确值"),
    "mean_or_run": ("found", "仿真值"),
    "interval_999": ("99.9 % interval", "99.9% 置信区间"),
    "half_width": ("half-width", "半宽"),
    "allowed": ("allowed", "允许半宽"),
    "verdict_row": ("verdict", "结论"),
    "none": ("none", "无"),
    "to_the_digit": ("to the digit", "逐位相等"),
    "row_pass": ("pass", "通过"),
    "row_outside": ("FAILS: outside", "不通过：区间不含精确值"),
    "row_inconclusive": ("FAILS: inconclusive", "不通过：区间过宽"),
    "verified": ("{passed} of {n} figures pass ({runs} replications).", "{n} 项中 {passed} 项通过（{runs} 次重复）。"),
    "coverage_title": (
        "How often intervals contain the exact answer, of {macros} tries",
        "区间包含精确值的频率（各 {macros} 次试验）",
    ),
    "procedure": ("interval", "区间"),
    "n": ("n", "n"),
    "nominal": ("nominal", "名义覆盖率"),
    "covered": ("covered", "实际覆盖率"),
    "band": ("chance allows", "随机波动允许范围"),
    "covers_mean": ("mean of n replications", "n 次重复的均值"),
    "covers_one_year": ("one more year", "新的单一年份"),
    "covers_no_warm_up": ("control: mean without warm-up", "对照：无预热的均值"),
    "covers_one_run": ("control: trains of one run as independent", "对照：把单次运行的各列当作独立样本"),
    "cell_fails": ("FAILS: too narrow", "不通过：偏窄"),
    "cell_wide": ("pass, wide", "通过（偏宽）"),
    "control_fails": ("fails, as it should", "不通过，符合预期"),
    "control_passes": ("DOES NOT FAIL, and should", "未失败，不符合预期"),
    "coverage_all": ("Every interval covers, every control fails.", "各区间均达到名义覆盖率，各对照均失败。"),
    "coverage_fails": ("{n} cells are not as they should be.", "{n} 项不符合预期。"),
    "unit_TEU": ("TEU", "标箱"),
    "unit_h": ("h", "小时"),
    "unit_trains": ("trains", "列"),
}


def say(lang: Lang, word: str, **values: object) -> str:
    """The text for `word` in a language, with values put in."""
    return WORDS[word][LANGS.index(lang)].format(**values)


def number(value: float, digits: int = 0) -> str:
    """A number with thousands separators; `–` where it is unknown."""
    return f"{value:,.{digits}f}" if value == value else "–"  # noqa: PLR0124  (nan is not itself)


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage; `–` where it is unknown."""
    return f"{100 * value:.{digits}f} %" if value == value else "–"  # noqa: PLR0124
