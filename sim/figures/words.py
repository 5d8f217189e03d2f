"""What the figures say, in Chinese and in English, and how they write numbers and dates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from sim.figures.run import Lang, Run, channels_of, name_of, value
from sim.trace import STAGE_NAMES, Label

WORDS = {
    # --- used by all
    "compared": Label("“{run}” {value}", "{value} in “{run}”"),
    "no_data": Label("没有数据", "no data"),
    "outbound": Label("去程", "outbound"),
    "inbound": Label("回程", "inbound"),
    "days": Label("天", "days"),
    "TEU": Label("标箱", "TEU"),
    "replications": Label("仿真重复 {n} 次。", "{n} replications."),
    "one_replication": Label("仅仿真 1 次，看不出偶然波动。", "One replication only: luck cannot be told from effect."),
    "input-echo": Label("输入回显", "input-echo"),
    "calibrated": Label("已标定", "calibrated"),
    "predicted": Label("预测", "predicted"),
    "input-echo.note": Label("输入回显：由输入数据直接决定。", "Input-echo: follows directly from the inputs."),
    "calibrated.note": Label(
        "已标定：参数按此结果调定，不能当作验证。", "Calibrated: parameters were set to fit it, so it proves nothing."
    ),
    "predicted.note": Label("预测：模型独立得出，未按它调参。", "Predicted: nothing was set to fit it."),
    "tagged": Label("{channel}为{tag}", "{channel} {tag}"),
    "days_tagged": Label("平均时效的标记：{tags}。", "Mean days: {tags}."),
    # --- carried
    "carried.what": Label("全年承运量，标箱", "TEU carried in the year"),
    "carried.same": Label(
        "{channel}承运 {teu} 标箱：是否高于 {year} 年基准尚不能判断",
        "{channel} carries {teu} TEU: cannot be told from the {year} baseline",
    ),
    "carried.above": Label(
        "{channel}承运 {teu} 标箱，比 {year} 年的基准高 {percent}",
        "{channel} carries {teu} TEU, {percent} above the {year} baseline",
    ),
    "carried.below": Label(
        "{channel}承运 {teu} 标箱，比 {year} 年的基准低 {percent}",
        "{channel} carries {teu} TEU, {percent} below the {year} baseline",
    ),
    "carried.unsure": Label(
        "{channel}承运 {teu} 标箱，{year} 年的基准为 {baseline}",
        "{channel} carries {teu} TEU, against a {year} baseline of {baseline}",
    ),
    "carried.most": Label("{channel}承运最多：{teu} 标箱", "{channel} carries most: {teu} TEU"),
    "carried.only": Label("{channel}承运 {teu} 标箱", "{channel} carries {teu} TEU"),
    "carried.none": Label("没有承运任何货物", "Nothing was carried"),
    "carried.more": Label(
        "{channel}：“{run}”承运 {teu} 标箱，比“{first}”多 {percent}",
        "{channel} carries {teu} TEU in “{run}”, {percent} more than in “{first}”",
    ),
    "carried.less": Label(
        "{channel}：“{run}”承运 {teu} 标箱，比“{first}”少 {percent}",
        "{channel} carries {teu} TEU in “{run}”, {percent} less than in “{first}”",
    ),
    "carried.overlap": Label(
        "{channel}：“{first}”承运 {first_teu} 标箱，“{run}” {teu}，置信区间重叠",
        "{channel} carries {first_teu} TEU in “{first}” and {teu} in “{run}”: the intervals overlap",
    ),
    "carried.beside": Label(
        "{channel}：“{first}”承运 {first_teu} 标箱，“{run}” {teu}",
        "{channel} carries {first_teu} TEU in “{first}” and {teu} in “{run}”",
    ),
    "carried.baseline": Label("{year} 年基准 {value}", "{year} baseline: {value}"),
    "carried.range": Label("（{low}–{high}）", "({low}–{high})"),
    "carried.note_alone": Label(
        "粗线：均值的 95% 置信区间（即括号内）；细线：十年中九年所在的范围。",
        "Thick line: 95 % interval of the mean (in brackets). Thin line: nine years in ten.",
    ),
    "carried.note": Label(
        "粗线：均值的 95% 置信区间（即括号内）；细线：十年中九年所在的范围，与基准比较以此为准。",
        "Thick line: 95 % interval of the mean (in brackets). Thin line: nine years in ten, held against the baseline.",
    ),
    # --- monthly
    "monthly.what": Label("各月承运量，标箱，双向合计", "TEU carried each month, both directions together"),
    "monthly.peak": Label(
        "{channel}：{month}最忙（{high} 标箱），{low_month}最淡（{low}）",
        "{channel} is busiest in {month} ({high} TEU) and quietest in {low_month} ({low})",
    ),
    "monthly.none": Label("各月均无承运", "Nothing was carried in any month"),
    "monthly.compared": Label("{channel}最忙月的标箱数：{values}", "{channel}: TEU in the busiest month, {values}"),
    "monthly.note": Label("线：均值；色带：单个年份的 5%–95% 范围。", "Line: mean. Band: 5–95 % of single years."),
    "monthly.first": Label("灰线：“{first}”。", "Grey line: “{first}”."),
    # --- lead times
    "lead_times.what": Label("从委托到送达，天", "Days from booking to delivery"),
    "lead_times.both": Label(
        "{channel}：九成货箱去程 {outbound} 天、回程 {inbound} 天内送达",
        "{channel}: nine in ten boxes arrive within {outbound} days outbound, {inbound} inbound",
    ),
    "lead_times.one": Label(
        "{channel}：九成货箱在 {days} 天内送达（{direction}）",
        "{channel}: nine in ten boxes arrive within {days} days ({direction})",
    ),
    "lead_times.none": Label("没有货箱送达", "No box was delivered"),
    "lead_times.compared": Label(
        "{channel}{direction}九成货箱送达的天数：{values}",
        "{channel}, {direction}: nine in ten boxes arrive within {values}",
    ),
    "lead_times.median": Label("{days}", "{days}"),
    "lead_times.median_key": Label("中位数 {days}", "median {days}"),
    "lead_times.p90": Label("{days}", "{days}"),
    "lead_times.p90_key": Label("九成在 {days} 天内", "nine in ten within {days}"),
    "lead_times.few": Label("仅 {n} 箱", "only {n} boxes"),
    "lead_times.note": Label(
        "粗线：中间一半货箱（25%–75%）；细线：5%–95%；圆点：中位数；竖线：九成货箱在此之内。统计期内送达的货箱，各次仿真合并。",
        "Thick: middle half of boxes (25–75 %). Thin: 5–95 %. Dot: median. Tick: nine in ten. "
        "Boxes delivered in the year, pooled over replications.",
    ),
    # --- waterfall
    "waterfall.what": Label(
        "从委托到送达的平均天数，按环节；浅色为行进，深色为停留与作业",
        "Mean days from booking to delivery, by stage. Pale: on the move. Full colour: standing or handled",
    ),
    "waterfall.title": Label(
        "{channel}：全程平均 {total} 天，其中 {moving} 天在行进",
        "{channel}: a box takes {total} days, {moving} of them on the move",
    ),
    "waterfall.none": Label("没有货箱送达", "No box was delivered"),
    "waterfall.compared": Label(
        "{channel}全程平均天数：{values}；变化最大：{stage}（{change} 天）",
        "{channel}: days of a box, {values}; biggest change: {stage} ({change} days)",
    ),
    "waterfall.unchanged": Label("{channel}全程平均天数：{values}", "{channel}: mean days of a box, {values}"),
    "waterfall.total": Label("合计", "total"),
    "waterfall.other": Label("其他环节", "other stages"),
    "waterfall.other_note": Label("其他环节：{stages}。", "Other stages: {stages}."),
    "waterfall.hidden": Label("不足 0.05 天、未绘出：{stages}。", "Under 0.05 days and not shown: {stages}."),
    "waterfall.rest": Label("未分摊", "not attributed"),
    "waterfall.note": Label(
        "统计期内送达货箱的均值，双向合计。", "Means over boxes delivered in the year, both directions together."
    ),
    # --- string line
    "string_line.what": Label(
        "列车运行图；纵轴为站点及里程，水平粗线为停站，虚线为回程",
        "Time–distance diagram of trains: stations with their km. Thick: stops. Broken: inbound",
    ),
    "string_line.title": Label(
        "{channel}，{month}：列车在{place}停留最久，达 {days} 天",
        "{channel}, {month}: trains stand longest at {place}, up to {days} days",
    ),
    "string_line.moving": Label(
        "{channel}，{month}：{n} 列车途中无停留", "{channel}, {month}: {n} trains, none of which stood anywhere"
    ),
    "string_line.none": Label("{month}没有列车运行", "No train ran in {month}"),
    "string_line.never": Label("没有列车运行", "No train ran"),
    "string_line.compared": Label(
        "{channel}：列车最久停留天数，{values}", "{channel}: longest stand of a train in days, {values}"
    ),
    "string_line.stop": Label("停留 {days} 天", "stands {days} d"),
    "string_line.km": Label("{place} · {km} 公里", "{place} · {km} km"),
    "string_line.note": Label(
        "一次仿真（第 1 次）的列车，仅为示例。{from_}为 0 公里。",
        "Trains of one replication, the first: an example, not an average. {from_} is km 0.",
    ),
    "string_line.apart": Label("相距很近的车站拉开绘制。", "Stations close together are drawn apart."),
    # --- occupancy
    "occupancy.what": Label(
        "左：堆场存箱，标箱；右：等待换装或线路的列车（含其他线路的列车），列",
        "Left: TEU in each yard. Right: trains of all traffic that wait for gauge change or track",
    ),
    "occupancy.what_compared": Label(
        "堆场存箱（标箱）和等待换装或线路的列车（含其他线路的列车，列）",
        "TEU in yards, and trains of all traffic that wait for gauge change or track",
    ),
    "occupancy.full": Label(
        "{place}堆场平均用到容量的 {mean}，紧张时 {most}",
        "The yard at {place} is {mean} full on average, {most} on bad days",
    ),
    "occupancy.most": Label(
        "{place}堆场平均存 {mean} 标箱，紧张时 {most}",
        "The yard at {place} holds {mean} TEU on average, {most} on bad days",
    ),
    "occupancy.waits": Label("{place}平均有 {trains} 列车在等待", "at {place} {trains} trains wait on average"),
    "occupancy.waits_alone": Label("{place}平均有 {trains} 列车在等待", "At {place} {trains} trains wait on average"),
    "occupancy.nobody": Label("没有列车等待", "no train waits"),
    "occupancy.nobody_alone": Label("没有列车等待", "No train waits"),
    "occupancy.none": Label("没有堆场，也没有换装", "There is neither yard nor gauge change"),
    "occupancy.capacity": Label("容量 {capacity}", "capacity {capacity}"),
    "occupancy.in_use": Label("{resource}：标箱", "{resource}: TEU"),
    "occupancy.waiting": Label("{resource}：等待列车数", "{resource}: trains waiting"),
    "occupancy.note": Label(
        "每日正午。线：均值；色带：单个年份的 5%–95% 范围。",
        "Each day at noon. Line: mean. Band: 5–95 % of single years.",
    ),
    "occupancy.left_out": Label("另有 {n} 处较空闲，未绘出。", "{n} less busy places are not shown."),
    "occupancy.compared_full": Label(
        "{place}堆场平均用到容量的：{values}", "How full the yard at {place} is, on average: {values}"
    ),
    "occupancy.compared_in_use": Label(
        "{place}堆场平均存标箱：{values}", "TEU in the yard at {place}, on average: {values}"
    ),
    "occupancy.compared_waiting": Label(
        "{place}平均等待列车数：{values}", "Trains waiting at {place}, on average: {values}"
    ),
    "occupancy.bad_days": Label("“紧张时”指色带的最高点。", "“Bad days” is the highest point of the band."),
    "waterfall.same": Label("条旁无数字者与“{first}”相同。", "Where a bar has no figure, it is as in “{first}”."),
    # --- differences of several runs from the first
    "forest.what": Label(
        "与“{base}”之差，占其百分比；横线为 95% 置信区间，文字为差值及判断",
        "Difference from “{base}”, in per cent of it. Line: 95 % interval. In words: the difference and what it is",
    ),
    "forest.title": Label("“{run}”与“{base}”相比：{counts}", "“{run}” against “{base}”: {counts}"),
    "forest.title_several": Label("与“{base}”相比：{each}", "Against “{base}”: {each}"),
    "forest.title_many": Label(
        "{k} 个情景与“{base}”相比：更好、更差，或无法判断",
        "{k} scenarios against “{base}”: better, worse, or not to be told",
    ),
    "forest.heading": Label("{run}：{counts}", "{run}: {counts}"),
    "forest.each": Label("“{run}”{counts}", "“{run}” {counts}"),
    "forest.none": Label("没有可比的指标", "Nothing can be compared"),
    "forest.count": Label("{n} 项{verdict}", "{n} {verdict}"),
    "forest.change": Label("{change} ± {half} {unit}", "{change} ± {half} {unit}"),
    "forest.change_alone": Label("{change} {unit}", "{change} {unit}"),
    "forest.same": Label("0 {unit}", "0 {unit}"),
    "forest.negligible": Label("约 0 {unit}", "about 0 {unit}"),
    "forest.note": Label(
        "逐年配对，随机条件相同。标题只数各通道合计的各行；合计的均值也会因各通道份额改变而变。",
        "Year by year under the same luck. The title counts the rows for all channels together, whose means also move "
        "when the channels' shares do.",
    ),
    "forest.mixed": Label(
        "* 部分或全部由各通道份额变化所致，标题不计：请看各通道。",
        "* Moved, partly or wholly, by the channels' shares of the total; not in the title: look at each channel.",
    ),
    "forest.joint": Label(
        "{k} 个情景同时比较：各区间合起来有 95% 的把握；判断按霍尔姆法校正，区间略宽，可能碰到零线。",
        "{k} scenarios at once: the intervals hold together with 95 %; what is said is by Holm's adjusted p, so that "
        "a line may touch 0 and yet be told.",
    ),
    "forest.beyond": Label("箭头：超出图幅。", "Arrow: beyond the chart."),
    "forest.no_base": Label("基准为零的指标未绘出：{measures}。", "Not drawn, the base being 0: {measures}."),
    "verdict.better": Label("更好", "better"),
    "verdict.worse": Label("更差", "worse"),
    "verdict.changed": Label("有变化", "changed"),
    "verdict.unclear": Label("无法判断", "cannot be told"),
    "verdict.same": Label("完全相同", "exactly the same"),
    "verdict.negligible": Label("可忽略", "negligible"),
    "unit.TEU": Label("标箱", "TEU"),
    "unit.days": Label("天", "days"),
    "unit.trains": Label("列", "trains"),
    "unit.share": Label("个百分点", "points"),
    "unit.h": Label("小时", "h"),
    "unit.units": Label("单位", "units"),
    "stage_difference.what": Label(
        "全程平均天数，从“{base}”到各情景，按环节的增减；淡色为无法与偶然区分的环节",
        "Mean days from booking to delivery, from “{base}” to each scenario by stage. Pale: not told from chance",
    ),
    "stage_difference.title": Label(
        "{channel}：“{run}”的货箱平均{direction} {days} 天，最大的一项是{stage}（{change} 天）",
        "{channel}: boxes of “{run}” arrive {days} days {direction}, the largest part {stage} ({change} days)",
    ),
    "stage_difference.earlier": Label("早到", "earlier"),
    "stage_difference.later": Label("晚到", "later"),
    "stage_difference.none": Label("各通道的全程天数均无可辨的变化", "In no channel can a change of days be told"),
    "stage_difference.still": Label("无变化", "no change"),
    "stage_difference.note": Label(
        "统计期内送达货箱的均值，双向合计；各图尺度相同、起点不同。",
        "Means over boxes delivered in the year, both directions together. All panels have one scale, not one origin.",
    ),
    "stage_difference.few": Label("另有 {n} 条通道变化较小，未绘出。", "{n} channels that changed less are not shown."),
    # --- draws of the inputs
    "tornado.title": Label(
        "{channel}承运量：最能与噪声区分的输入是“{input}”，由 {low} 到 {high} 标箱",
        "{channel}, TEU carried: clearest is {input}, {low} to {high}",
    ),
    "tornado.none": Label(
        "没有哪项输入对{channel}承运量的影响能与噪声区分",
        "{channel}: no input moves the TEU carried more than noise does",
    ),
    "tornado.what": Label(
        "承运量与全部抽样均值之差，%；淡色一端：该输入最低三分之一的抽样，深色一端：最高三分之一；灰色：不能与噪声区分",
        "Carried TEU against the mean of all draws. Pale end: draws in the lowest third of the input. "
        "Full end: the highest. Grey: not told from noise",
    ),
    "tornado.ends": Label("{low} → {high} 标箱", "{low} → {high} TEU"),
    "tornado.dummy": Label("（虚设输入，仅作噪声参照）", "(dummy input: what noise looks like)"),
    "tornado.note": Label(
        "全部区间同时抽样 {n} 次（拉丁超立方）。逐项按秩相关判断是否超出噪声，按霍尔姆法校正，并须超过虚设输入；"
        "每条都已扣除其他可辨输入的影响。",
        "All ranges drawn at once, {n} times (Latin hypercube). Told from noise step by step: Spearman's p below 0.05, "
        "adjusted for the number of inputs (Holm), and more than the dummy. What the others that are told do is taken "
        "out of each bar.",
    ),
    # --- warm-up
    "warm_up.enough": Label(
        "预热 {proposed} 天即可，现设 {present} 天，足够",
        "{proposed} days of warm-up will do: the present {present} are enough",
    ),
    "warm_up.short": Label(
        "预热需 {proposed} 天，现设 {present} 天，不足",
        "{proposed} days of warm-up are needed: the present {present} are too few",
    ),
    "warm_up.unknown": Label("看不出需要预热多久", "How long a warm-up is needed cannot be told"),
    "recovery.cleared": Label(
        "{names}：结束 {days} 天后，{channel}积压消化完毕",
        "{names}: {channel}, backlog worked off {days} days after the end",
    ),
    "recovery.never": Label(
        "{names}：{channel}到期末仍未消化积压", "{names}: {channel}, backlog not worked off before the end of the run"
    ),
    "recovery.nothing": Label("{names}：各通道未见积压", "{names}: no channel had a backlog"),
    "recovery.what": Label(
        "在途箱量（已委托未送达）与无此事件时之差，标箱。灰底：事件期间",
        "TEU booked and not yet delivered, more or less than without it. Grey ground: the days of it",
    ),
    "recovery.worst": Label("{date}最多：{teu} 标箱", "most on {date}: {teu} TEU"),
    "recovery.note": Label(
        "线：平均；色带：5–95 % 的年份；同一随机数配对。低于零：货主暂时改走他途。",
        "Line: mean; band: 5–95 % of years, paired under the same luck. Below zero: shippers stay away for a while.",
    ),
    "warm_up.what": Label(
        "横轴：从空载起步（{date}）算起的天数。灰底：建议的预热期，不计入统计",
        "Days from the empty start of the run, {date}. Grey ground: the proposed warm-up, cut off",
    ),
    "warm_up.in_system": Label("已委托未送达，标箱", "TEU booked and not yet delivered"),
    "warm_up.waiting": Label("始发站待发，标箱", "TEU waiting at the first terminal"),
    "warm_up.lead_time": Label("当日送达箱的全程天数", "Days door to door, delivered that day"),
    "warm_up.proposed": Label("建议 {days} 天", "proposed: {days} days"),
    "warm_up.present": Label("现设 {days} 天", "present: {days} days"),
    "warm_up.by_lead_time": Label(
        "建议值由“全程时效的三倍”规则得出。", "The proposal is three times the longest lead time (95 % within)."
    ),
    "warm_up.by_mser": Label(
        "建议值由最小边际标准误差规则得出。", "The proposal is where the marginal standard error is least (MSER-5)."
    ),
    "warm_up.change": Label(
        "第 {day} 天起班期、货源或封闭情况有变，此后的起伏不是空载造成的。",
        "On day {day} services, demand or closures change by the calendar: what follows is no emptiness.",
    ),
    "warm_up.note": Label(
        "淡线：各日均值；粗线：前后 {window} 天的移动平均。",
        "Pale: mean of each day. Thick: moving average over {window} days on either side (Welch).",
    ),
} | {f"stage.{stage}": label for stage, label in STAGE_NAMES.items()}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
UNKNOWN = "–"
TAGS = ("input-echo", "calibrated", "predicted")


def say(key: str, lang: Lang, **values: object) -> str:
    """A text of the table, with its gaps filled."""
    return WORDS[key].of(lang).format(**values)


def count(number: float) -> str:
    """A whole number with thousands separators."""
    return f"{number:,.0f}" if math.isfinite(number) else UNKNOWN


def tenths(number: float) -> str:
    """A number with one decimal."""
    return f"{number:,.1f}" if math.isfinite(number) else UNKNOWN


def change(number: float) -> str:
    """A difference with one decimal and its sign."""
    return f"{number:+,.1f}".replace("-", "−")


def percent(share: float, lang: Lang, decimals: int = 0) -> str:
    """A share as per cent."""
    return f"{share * 100:,.{decimals}f}" + ("%" if lang == "zh" else " %") if math.isfinite(share) else UNKNOWN


def month_name(month: str, lang: Lang, *, with_year: bool = False) -> str:
    """The name of a month written YYYY-MM."""
    year, number = month.split("-")[:2]
    if lang == "zh":
        return f"{year} 年 {int(number)} 月" if with_year else f"{int(number)} 月"
    return FULL_MONTHS[int(number) - 1] + (f" {year}" if with_year else "")


def month_tick(year: int, month: int, lang: Lang, *, with_year: bool) -> str:
    """The short name of a month, with its year below where asked for."""
    name = f"{month}月" if lang == "zh" else MONTHS[month - 1]
    return f"{name}\n{year}" if with_year else name


def day_name(year: int, month: int, day: int, lang: Lang) -> str:
    """A date in full."""
    return f"{year} 年 {month} 月 {day} 日" if lang == "zh" else f"{day} {FULL_MONTHS[month - 1]} {year}"


def day_tick(month: int, day: int, lang: Lang) -> str:
    """A day, as an axis shows it."""
    return f"{month}月{day}日" if lang == "zh" else f"{day} {MONTHS[month - 1]}"


def listed(pairs: Iterable[tuple[Run, float]], written: Callable[[float], str], lang: Lang) -> str:
    """Values of several runs in one sentence: 1,021 in “2019”, 1,140 in “2020”."""
    told = [say("compared", lang, run=run.name.of(lang), value=written(number)) for run, number in pairs]
    return ("，" if lang == "zh" else ", ").join(told)


def replications_note(runs: Sequence[Run], lang: Lang) -> str:
    """How many replications the figures rest on."""
    several = sorted({run.replications for run in runs})
    if several == [1]:
        return say("one_replication", lang)
    return say("replications", lang, n="–".join(map(str, {several[0]: 0, several[-1]: 0})))


def days_note(runs: Sequence[Run], lang: Lang) -> str:
    """The tags of the mean days, by channel."""
    tags = {(c, value(run, "lead_time_days", c).tag) for run in runs for c in channels_of(runs)}
    told = [
        say("tagged", lang, channel=name_of(runs, channel, lang), tag=say(tag, lang))
        for channel, tag in sorted(tags)
        if tag in TAGS
    ]
    return say("days_tagged", lang, tags=("，" if lang == "zh" else ", ").join(told)) if told else ""
