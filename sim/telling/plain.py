"""A number of a scenario in a planner's words: where it stands and what it is, in either language."""

from __future__ import annotations

from typing import Any

from sim.experiment.draws import GROUP
from sim.results.tables import value_at
from sim.scenario import Scenario
from sim.words import LANGS, Lang, number

FIELDS: dict[str, tuple[str, str]] = {
    "boxes_per_consignment": ("boxes per consignment", "每批箱数"),
    "capacity_teu": ("capacity, TEU", "运能（标箱）"),
    "cap_share": ("cap, share of running cost", "补贴上限占运行成本之比"),
    "channels": ("channels", "所走通道"),
    "changes": ("from", "自"),
    "checks_h": ("checks, h", "查验与手续（小时）"),
    "cut_off_h": ("cut-off, h", "截载提前量（小时）"),
    "export_clearance": ("export clearance", "出口通关"),
    "import_clearance": ("import clearance", "进口通关"),
    "base_h": ("for each train, h", "每列固定用时（小时）"),
    "calendar": ("calendar", "作业时间"),
    "from": ("from", "起"),
    "holidays": ("holidays", "节假日"),
    "shifts": ("shifts", "班次"),
    "to": ("to", "止"),
    "weekdays": ("days of the week", "星期"),
    "cancelled": ("cancelled", "停运率"),
    "closed": ("closed", "关闭"),
    "days": ("on days", "期间"),
    "demand": ("times the cargo", "货量倍数"),
    "slower": ("times as long", "用时倍数"),
    "cancelled_share": ("cancelled share", "停运率"),
    "first_day": ("first day", "首日"),
    "frequency_factor": ("factor on departures", "班次系数"),
    "jitter_h": ("late or early by, h", "发车偏差（小时）"),
    "last_day": ("last day", "末日"),
    "first_mile_h": ("first mile, h", "首段短驳（小时）"),
    "last_mile_h": ("last mile, h", "末段短驳（小时）"),
    "gauge_change": ("gauge change", "换装"),
    "handling": ("handling", "装卸"),
    "inbound": ("inbound", "进口"),
    "outbound": ("outbound", "出口"),
    "inspection_share": ("inspected share", "查验率"),
    "inspection_h": ("inspection, h", "查验耗时（小时）"),
    "km": ("length, km", "里程（公里）"),
    "lift_min": ("one lift, min", "单次吊装（分钟）"),
    "make_up_h": ("making up the train, h", "编组发车作业（小时）"),
    "minimum_teu": ("minimum load, TEU", "最低开行箱量（标箱）"),
    "month_index": ("month index", "月度系数"),
    "outage": ("outage", "中断"),
    "up_h": ("h between outages", "两次中断间隔（小时）"),
    "down_h": ("h of an outage", "每次中断时长（小时）"),
    "exponential": ("(mean)", "（均值）"),
    "others": ("other traffic", "其他线路"),
    "per_container_h": ("for each container, h", "每箱用时（小时）"),
    "placing_h": ("placing or berthing, h", "取送或靠泊作业（小时）"),
    "run_h": ("running time, h", "运行时间（小时）"),
    "share_40ft": ("share of 40 ft", "40 英尺箱占比"),
    "slots": ("slots", "作业台位"),
    "speed_km_per_day": ("speed, km a day", "日行公里"),
    "stay_h": ("stay, h", "停留（小时）"),
    "teu_per_year": ("TEU offered in", "年货源（标箱）"),
    "time_h": ("time, h", "用时（小时）"),
    "timetable": ("timetable", "开行时刻"),
    "trains_per_day": ("trains a day at most", "每日最多列数"),
    "trains_per_year": ("trains a year", "年列数"),
    "units": ("units", "台数"),
    "yard_when_full": ("when the yard is full", "堆场满时"),
    "yard_teu": ("yard, TEU", "堆场（标箱）"),
    "warm_up_days": ("warm-up, days", "预热天数"),
    "year_cv": ("variation of whole years", "年际变异系数"),
    "at": ("at", "地点"),
    "direction": ("trains", "方向"),
    "paid_by": ("borne by", "承担方"),
    "per_feu": ("for a 40 ft box", "每 40 英尺箱"),
    "alternatives": ("by way of", "经由"),
    "avoidable_share": ("share of cost saved if a train does not run", "停开可省成本占比"),
    "base_days": ("days at base conditions", "基准天数"),
    "base_sd_days": ("standard deviation of days at base conditions", "基准天数标准差"),
    "base_share": ("share at base conditions", "基准份额"),
    "budget_per_year": ("budget a year", "年度预算"),
    "choice": ("choice", "选择"),
    "cny": ("CNY", "元"),
    "eur": ("EUR", "欧元"),
    "extra_cost_per_feu": ("dearer for a 40 ft box by", "每 40 英尺箱另加"),
    "extra_paid_by": ("which is borne by", "该差额由谁承担"),
    "memory_days": ("memory, days", "记忆天数"),
    "nest_parameter": ("nest parameter", "巢参数"),
    "news_days": ("days between looks", "查看间隔（天）"),
    "operator": ("operator", "运营方"),
    "pass_through": ("share of a change of subsidy that is passed on", "补贴变动的传导比例"),
    "price_per_feu": ("price of a 40 ft box", "每 40 英尺箱运价"),
    "queue_days": ("from so many days of queue on", "排队达到天数"),
    "relief": ("rebate while trains queue", "拥堵期优惠"),
    "scale_per_usd": ("scale of the logit, for each USD a 40 ft box", "logit 尺度（每美元每 40 英尺箱）"),
    "shipper": ("shipper", "货主"),
    "tariff": ("tariff", "运价"),
    "treasury": ("treasury", "财政"),
    "usd": ("USD", "美元"),
}
"""What the keys of a scenario are called; a key that is not here stands for itself."""

SECTIONS: dict[str, tuple[str, str]] = {
    "carbon": ("emissions", "排放"),
    "choice": ("shippers", "货主"),
    "exchange": ("rate of exchange", "汇率"),
    "operators": ("operators", "运营方"),
    "period": ("measured period", "统计期"),
}
"""What the sections of a scenario are called that hold one thing each."""

WEEKDAYS = {"mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日"}


def where(path: str, scenario: Scenario, lang: Lang) -> str:
    """Where a number stands, in words: the name of the thing, and what of it."""
    section, _, rest = path.partition(".")
    if section in SECTIONS and rest:
        words = " ".join(_called(key, lang) for key in rest.split("."))
        name = SECTIONS[section][LANGS.index(lang)]
        return f"{name}：{words}" if lang == "zh" else f"{name}, {words}"
    thing, _, keys = rest.partition(".")
    things = getattr(scenario, section, None) if section in type(scenario).model_fields else None
    if not (isinstance(things, dict) and thing in things):
        return path
    noun = things[thing]
    name = noun.name.of(lang) if hasattr(noun, "name") else thing
    steps = [
        scenario.channels[key].name.of(lang) if key in scenario.channels else _called(key, lang)
        for key in keys.split(".")
    ]
    if lang == "zh" and steps[-1].isdecimal():  # 2020 年货源, not 年货源 2020
        steps = [*steps[:-2], steps[-1], *steps[-2:-1]]
    words = " ".join(steps)
    return f"{name}：{words}" if lang == "zh" else f"{name}, {words}"


def _called(key: str, lang: Lang) -> str:
    return FIELDS.get(key, (key, key))[LANGS.index(lang)]


def input_name(name: str, scenario: Scenario, lang: Lang) -> str:
    """What an input that is drawn is called: a number where it stands, or several that are one assumption."""
    if name.startswith(GROUP):
        return scenario.together[name.removeprefix(GROUP)].name.of(lang)
    return where(name, scenario, lang)


def what(path: str, scenario: Scenario, lang: Lang) -> str:
    """What a number is, in words."""
    tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return in_words(value_at(tree, path), lang)


def in_words(value: Any, lang: Lang) -> str:
    """A value as a planner would say it: laws as low / likely / high, timetables as days and hours."""
    if isinstance(value, dict):
        return _mapping(value, lang)
    if isinstance(value, (list, tuple)):
        return " / ".join(in_words(inner, lang) for inner in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value) if abs(value) >= 1000 else f"{value:g}".replace("-", "−")
    return _called(str(value), lang)


def _mapping(value: dict[str, Any], lang: Lang) -> str:
    if "weekdays" in value:
        days = [WEEKDAYS[day] if lang == "zh" else day for day in value["weekdays"]]
        return f"{'、'.join(days) if lang == 'zh' else ', '.join(days)} {value['at']}"
    if "every_h" in value:
        return f"每 {value['every_h']:g} 小时" if lang == "zh" else f"every {value['every_h']:g} h"
    if set(value) <= {"always", "low", "likely", "high"}:
        return in_words([value[key] for key in ("always", "low", "likely", "high") if key in value], lang)
    if len(value) == 1 and value.keys() <= {"cny", "usd", "eur"}:
        ((currency, amount),) = value.items()
        return f"{in_words(amount, lang)} {_called(currency, lang)}"
    return ", ".join(f"{_called(key, lang)} {in_words(inner, lang)}" for key, inner in value.items())
