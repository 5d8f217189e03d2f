"""What `sim validate` says, in both languages: tables and sentences from a validation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.experiment.hindcast_file import ExpectedSpec
from sim.experiment.inputs import Change
from sim.experiment.validate import Calibration, Checked, Forecast, Interval, Validation
from sim.kpis import BY_ID
from sim.statistics import Estimate, t_quantile
from sim.telling.plain import in_words, where
from sim.words import LANGS, Lang, number, percent, signed

NARROW = 0.1
"""A mean confirms what was observed if half of its interval is at most this share of it."""
NO_LIMIT = 0.05
"""A load below this is no load: the room is as good as unlimited."""

WORDS: dict[str, tuple[str, str]] = {
    "title": (
        "{measure} in {year}: observed {observed} {unit}; in {base_year}: {known} {unit}",
        "{year} 年{measure}：实际 {observed} {unit}；{base_year} 年：{known} {unit}",
    ),
    "forecast": ("forecast", "预测方案"),
    "middle": ("middle", "中位数"),
    "interval": ("{coverage} interval", "{coverage} 区间"),
    "half_width": ("± in %", "半宽占比"),
    "off_by": ("middle off by", "中位数偏差"),
    "holds": ("holds it", "含实际值"),
    "score": ("interval score", "区间得分"),
    "beats": ("beats both rules", "优于朴素规则"),
    "load": ("load of its trains", "班列负载率"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "no_limit": ("room for all", "舱位不限"),
    "rule": ("naive: {name}", "朴素规则：{name}"),
    "score_is": (
        (
            "Interval score: width + 2/α × what the observed year lies outside, α = {alpha}; "
            "the less, the better (Gneiting & Raftery 2007)."
        ),
        "区间得分 = 宽度 + 2/α × 实际值超出区间的量，α = {alpha}；越小越好（Gneiting & Raftery 2007）。",
    ),
    "naive_is": (
        (
            "Naive intervals: known × factor × exp(± {z} × √2 × σ), σ² = ln(1 + {cv}²): "
            "two years, each with the variation of the scored cargo as a whole."
        ),
        (
            "朴素规则的区间：已知值 × 系数 × exp(± {z} × √2 × σ)，σ² = ln(1 + {cv}²)："
            "两个年份各自按所评货源整体的年际变异波动。"
        ),
    ),
    "model_is": (
        (
            "Forecast intervals: chance within the year, variation of both years, "
            "and {draws} draws of all graded ranges × 2 years."
        ),
        "预测区间：年内随机、两个年份各自的年际变异，以及全部有依据等级区间的 {draws} 次抽样 × 2 年。",
    ),
    "frozen": ("Calibrated on {scenario} and frozen: {hashes}", "按“{scenario}”标定并冻结：{hashes}"),
    "calibrated": (
        (
            "  {base_year} with shippers who choose: {choosing} ± {choosing_half} {unit}; "
            "at fixed shares {fixed} ± {fixed_half}; known {known}: {verdict}"
        ),
        (
            "  {base_year} 年由货主自行选择：{choosing} ± {choosing_half} {unit}；"
            "固定份额：{fixed} ± {fixed_half}；已知 {known}：{verdict}"
        ),
    ),
    "reproduced": ("reproduced", "已复现"),
    "not_reproduced": ("NOT reproduced: nothing below can be trusted", "未能复现：以下结果均不可信"),
    "changed": (
        "Put in for {year}, and nothing else ({name}):",
        "{year} 年放入的变化，此外无任何改动（{name}）：",
    ),
    "change": ("  {path}: {before} → {after}", "  {path}：{before} → {after}"),
    "not_written": ("not written", "未写"),
    "as_before": ("as in the year before", "同上一年"),
    "beat": (
        "{name}: beats the naive rules ({score} against {best}), {held}, {worth}.",
        "{name}：优于朴素规则（{score} 对 {best}），{held}，{worth}。",
    ),
    "beaten": (
        "{name}: does NOT beat the naive rules ({score} against {best}), {held}, {worth}.",
        "{name}：未能优于朴素规则（{score} 对 {best}），{held}，{worth}。",
    ),
    "held": ("its interval holds {observed}", "区间包含 {observed}"),
    "missed": ("its interval misses {observed}", "区间不包含 {observed}"),
    "worth": ("± {half} is worth something (at most ± {limit})", "±{half} 尚有用（不超过 ±{limit}）"),
    "not_worth": (
        "± {half} is too wide to be worth much (more than ± {limit})",
        "±{half} 过宽，用处不大（超过 ±{limit}）",
    ),
    "as_wide": (
        "  Were the rules given its relative width, the better of them would score {score}: {reading}",
        "  若给朴素规则同样的相对宽度，其中较好者得分为 {score}：{reading}",
    ),
    "not_by_width": ("it is not the width alone that wins.", "并非仅凭区间宽而胜出。"),
    "by_width": (
        "at equal width the rule is about as good, or better: it wins by its width only.",
        "同等宽度下该规则与它相当或更好：仅凭区间宽而胜出。",
    ),
    "loses_all_the_same": ("it loses all the same.", "仍不及朴素规则。"),
    "full": (
        (
            "  Its trains run {load} full: part of the fall is lack of room, as other cargo goes in as data. "
            "This is no proof of the price."
        ),
        "  班列负载率 {load}：部分下降源于舱位不足（其他货作为数据放入），不能当作价格作用的证据。",
    ),
    "set_aside": (
        "  {n} of {draws} draws are set aside: with them the year of calibration could not have been carried.",
        "  {draws} 次抽样中剔除 {n} 次：按其取值，标定年的货根本运不完。",
    ),
    "refused": ("  {n} of {draws} draws are refused by the checks.", "  {draws} 次抽样中有 {n} 次未通过检查。"),
    "needed_title": (
        (
            "The sensitivity to price that {observed} would need "
            "(scale of the logit per USD and 40 ft box; assumed {scale}, range {low} – {high})"
        ),
        "得出 {observed} 所需的价格敏感度（logit 尺度，每美元、每 40 英尺箱；假设 {scale}，区间 {low} – {high}）",
    ),
    "dearer": ("dearer, USD/FEU", "涨价（美元/FEU）"),
    "closed_form": ("closed form at {scale}", "{scale} 时的解析值"),
    "needed": ("needed", "所需值"),
    "in_range": ("in the range", "是否在区间内"),
    "simulated": ("simulated with it", "以此值模拟"),
    "confirmed": ("confirmed", "是否证实"),
    "unsure": ("cannot tell", "无法判断"),
    "none": ("none can", "任何值都不能"),
    "above": ("no: {times} × its high end", "否：为上限的 {times} 倍"),
    "below": ("no: {times} of its low end", "否：仅为下限的 {times}"),
    "needed_note": (
        (
            "Closed form: nested logit with days as in the year of calibration. "
            "Where shippers are so sensitive, days move them as well, and the simulation may differ."
        ),
        "解析值：嵌套 logit，时效同标定年。货主如此敏感时，时效变化也会使其转移，模拟结果可能不同。",
    ),
    "plausible_title": ("What else must be plausible", "其他合理性检查"),
    "check": ("check", "检查"),
    "figure": ("figure", "指标"),
    "found": ("found, ± 95 %", "模型值，± 95%"),
    "window": ("plausible", "合理范围"),
    "verdict": ("verdict", "结论"),
    "pass": ("pass", "通过"),
    "fail": ("FAILS", "不通过"),
    "untold": ("cannot tell", "无法判断"),
    "source": ("  {check}, {figure}: {grade}, {source}", "  {check}，{figure}：{grade}，{source}"),
    "documented": ("documented", "有文献"),
    "derived": ("derived", "推算"),
    "assumed": ("assumed", "假设"),
    "what-if": ("what-if", "假想"),
    "one_year": (
        "One observed year cannot tell a good interval from a lucky one.",
        "仅凭一个观测年份，无法区分区间是好还是碰巧。",
    ),
    "stand": (
        (
            "{k} of {n} forecasts prove something: {list}. (They hold {observed}, are worth something, beat the naive "
            "rules at equal width too, and their trains are not full.)"
        ),
        "{n} 个方案中 {k} 个有证明力：{list}。（含 {observed}、区间尚有用、同等宽度下优于朴素规则，班列未满。）",
    ),
    "none_stands": (
        (
            "None of {n} forecasts proves something: none holds {observed}, is worth something, beats the naive "
            "rules at equal width too, and has trains that are not full."
        ),
        "{n} 个方案均无证明力：没有一个含 {observed}、区间尚有用、同等宽度下优于朴素规则、班列未满。",
    ),
    "quick": (
        "A quick run: {draws} draws, {years} years. For figures to be quoted run it without --quick.",
        "快速运行：{draws} 次抽样、{years} 个模拟年。引用数字请去掉 --quick。",
    ),
    "written": ("Results in {folder}", "结果已写入 {folder}"),
    "picture_title": (
        "Of {n} forecasts, {held} hold the observed {observed} {unit}, and {stand} prove something",
        "{n} 个方案中 {held} 个包含实际值 {observed} {unit}，其中有证明力的 {stand} 个",
    ),
    "picture_what": (
        "{measure} in {year}, {unit}: middle and {coverage} interval",
        "{year} 年{measure}，{unit}：中位数与 {coverage} 区间",
    ),
    "picture_note": (
        (
            "Blue: the model, calibrated on {base_year} and frozen. Grey: naive rules, intervals of equal coverage. "
            "What proves something is narrow enough, beats the rules at equal width, and its trains are not full."
        ),
        (
            "蓝：模型，按 {base_year} 年标定并冻结。灰：同等覆盖率的朴素规则。"
            "有证明力指区间够窄、同等宽度下优于朴素规则、班列未满。"
        ),
    ),
    "observed_mark": ("observed {value}", "实际 {value}"),
    "known_mark": ("{year}: {value}", "{year} 年：{value}"),
    "TEU": ("TEU", "标箱"),
    "hub": ("hub cargo", "外地货"),
    "local": ("local cargo", "本地货"),
    "cargo_all": ("cargo", "货物"),
    "carried": ("{cargo} carried", "{cargo}承运量"),
}


@dataclass(frozen=True)
class Told:
    """A validation in one language."""

    found: Validation
    lang: Lang

    def say(self, word: str, **values: object) -> str:
        """The text for a word."""
        return WORDS[word][LANGS.index(self.lang)].format(**values)

    # --- words that come again and again

    @property
    def observed(self) -> float:
        """What was observed."""
        return self.found.spec.observed.value

    @property
    def coverage(self) -> str:
        """The coverage of all intervals."""
        return percent(self.found.spec.coverage)

    @property
    def years(self) -> tuple[int, int]:
        """The year of calibration, and the year of the forecast."""
        pair = self.found.forecasts[0].pair
        return pair.calibrated.period.first_day.year, pair.forecast.period.first_day.year

    @property
    def subject(self) -> dict[str, str]:
        """What is forecast, and its unit."""
        figure = self.found.spec.figure
        measure, unit = BY_ID[figure.measure], BY_ID[figure.measure].unit
        cargo = self.say("cargo_all" if figure.cargo == "all" else figure.cargo)
        named = self.say("carried", cargo=cargo) if figure.measure == "carried_teu" else measure.name.of(self.lang)
        return {"measure": named, "unit": self.say(unit) if unit in WORDS else unit}

    def name(self, one: Forecast) -> str:
        """What a variant is called."""
        return one.pair.variant.name.of(self.lang)

    # --- tables

    def title(self) -> str:
        """What the table of forecasts is about."""
        base_year, year = self.years
        known = number(self.found.spec.calibration.known.value)
        return self.say(
            "title", **self.subject, year=year, base_year=base_year, observed=number(self.observed), known=known
        )

    def headings(self) -> list[str]:
        """The headings of the table of forecasts."""
        words = ["forecast", "middle", "interval", "half_width", "off_by", "holds", "score", "beats", "load"]
        return [self.say(word, coverage=self.coverage) for word in words]

    def rows(self) -> list[list[str]]:
        """A row for each forecast and each naive rule."""
        found = self.found
        models = [
            [self.name(one), *self._interval(one.interval), self._yes(found.beats(one)), self._load(one)]
            for one in found.forecasts
        ]
        rules = [
            [self.say("rule", name=found.spec.naive[name].name.of(self.lang)), *self._interval(one), "", ""]
            for name, one in found.naive.items()
        ]
        return models + rules

    def _interval(self, one: Interval) -> list[str]:
        return [
            number(one.middle),
            f"{number(one.low)} – {number(one.high)}",
            percent(one.half_width_share, 1),
            f"{signed(100 * (one.middle / self.observed - 1), 1)} %",
            self._yes(one.holds(self.observed)),
            number(one.score),
        ]

    def _yes(self, answer: bool) -> str:
        return self.say("yes" if answer else "no")

    def _load(self, one: Forecast) -> str:
        return self.say("no_limit") if one.most_load < NO_LIMIT else percent(one.most_load)

    def needed_title(self) -> str:
        """What the table of sensitivities is about."""
        low, high = self.found.scale_range or (math.nan, math.nan)
        scale = f"{self.found.scale:g}"
        return self.say("needed_title", observed=number(self.observed), scale=scale, low=f"{low:g}", high=f"{high:g}")

    def needed_headings(self) -> list[str]:
        """The headings of the table of sensitivities."""
        words = ["forecast", "dearer", "closed_form", "needed", "in_range", "simulated", "confirmed"]
        return [self.say(word, scale=f"{self.found.scale:g}") for word in words]

    def needed_rows(self) -> list[list[str]]:
        """A row for each forecast: the sensitivity that what was observed would need."""
        return [self._needed(one) for one in self.found.forecasts]

    def _needed(self, one: Forecast) -> list[str]:
        dearer = sorted({round(value) for value in one.dearer_usd.values()})
        needed = one.needed
        head = [self.name(one), " / ".join(map(number, dearer)), number(needed.as_assumed)]
        if needed.scale is None:
            return [*head, self.say("none"), "", "", ""]
        scale, came = needed.scale, needed.simulated
        return [*head, f"{scale:.5f}", self._in_range(scale), self._mean(came), self._confirmed(came)]

    def _confirmed(self, came: Estimate) -> str:
        """Whether the simulation brings what was observed; a wide interval says nothing."""
        if not came.low <= self.observed <= came.high:
            return self.say("no")
        return self.say("yes" if came.half_width <= NARROW * self.observed else "unsure")

    def _in_range(self, scale: float) -> str:
        if self.found.scale_range is None:
            return ""
        low, high = self.found.scale_range
        if scale > high:
            return self.say("above", times=f"{scale / high:.2g}")
        return self.say("below", times=percent(scale / low)) if scale < low else self.say("yes")

    def _mean(self, one: Estimate, digits: int = 0) -> str:
        return f"{number(one.mean, digits)} ± {number(one.half_width, digits)}"

    def check_headings(self) -> list[str]:
        """The headings of the table of plausibility."""
        return [self.say(word) for word in ("check", "figure", "found", "window", "verdict")]

    def check_rows(self) -> list[list[str]]:
        """A row for each figure that must be plausible."""
        return [self._check(one) for one in self.found.checked]

    def _check(self, one: Checked) -> list[str]:
        expected = one.expected
        digits = _digits(expected)
        window = f"{number(expected.low, digits)} – {number(expected.high, digits)}".replace("-", "−")
        check = self.found.spec.plausible[one.check].name.of(self.lang)
        return [check, expected.name.of(self.lang), self._mean(one.found, digits), window, self.say(one.reading)]

    # --- sentences

    def before(self) -> Iterator[str]:
        """What was calibrated, and what was put in."""
        found, (base_year, year) = self.found, self.years
        first = found.forecasts[0]
        hashes = ", ".join(one.frozen[:16] for one in found.calibrations)
        yield self.say("frozen", scenario=first.pair.calibrated.name.of(self.lang), hashes=hashes)
        yield from dict.fromkeys(self._calibrated(one, base_year) for one in found.calibrations)
        yield self.say("changed", year=year, name=self.name(first))
        for change in first.changed:
            yield self._change(change, first)

    def _calibrated(self, one: Calibration, base_year: int) -> str:
        known = self.found.spec.calibration.known.value
        verdict = self.say("reproduced" if one.reproduces(known) else "not_reproduced")
        means: dict[str, Any] = {"choosing": number(one.choosing.mean), "fixed": number(one.fixed.mean)}
        means |= {"choosing_half": number(one.choosing.half_width), "fixed_half": number(one.fixed.half_width)}
        about: dict[str, Any] = {"base_year": base_year, "unit": self.subject["unit"], "known": number(known)}
        return self.say("calibrated", **about, **means, verdict=verdict)

    def _change(self, change: Change, one: Forecast) -> str:
        path = where(change.path, one.pair.calibrated, self.lang)
        before = self.say("not_written") if change.base is None else in_words(change.base, self.lang)
        after = self.say("as_before") if change.other is None else in_words(change.other, self.lang)
        return self.say("change", path=path, before=before, after=after)

    def after(self) -> Iterator[str]:
        """How the intervals were made, what is to be said of each forecast, and what has to be said with them."""
        spec, found = self.found.spec, self.found
        z = f"{t_quantile((1 + spec.coverage) / 2, 1e9):.3f}"
        yield self.say("score_is", alpha=f"{1 - spec.coverage:.2g}")
        yield self.say("model_is", draws=found.effort.draws)
        yield self.say("naive_is", z=z, cv=f"{found.cv:.3f}")
        for one in found.forecasts:
            yield from self._of(one)
        yield from (sentence.of(self.lang) for sentence in spec.said)
        yield self.say("one_year")

    def _of(self, one: Forecast) -> Iterator[str]:
        found, limit = self.found, self.found.spec.worth
        half = percent(one.interval.half_width_share, 1)
        best = min(rule.score for rule in found.naive.values())
        observed = number(self.observed)
        yield self.say(
            "beat" if found.beats(one) else "beaten",
            name=self.name(one),
            score=number(one.interval.score),
            best=number(best),
            held=self.say("held" if one.interval.holds(self.observed) else "missed", observed=observed),
            worth=self.say("worth" if found.worth(one) else "not_worth", half=half, limit=percent(limit)),
        )
        score = found.rules_as_wide(one)
        wins = "not_by_width" if found.wins_by_more_than_width(one) else "by_width"
        reading = self.say(wins if found.beats(one) else "loses_all_the_same")
        yield self.say("as_wide", score=number(score), reading=reading)
        if one.full:
            yield self.say("full", load=percent(one.most_load))
        draws = found.effort.draws
        if one.contradict:
            yield self.say("set_aside", n=one.contradict, draws=draws)
        if one.refused:
            yield self.say("refused", n=one.refused, draws=draws)

    def verdict(self) -> str:
        """All in one sentence."""
        good = [self.name(one) for one in self.found.forecasts if self.found.stands(one)]
        n, observed = len(self.found.forecasts), number(self.observed)
        if not good:
            return self.say("none_stands", n=n, observed=observed)
        return self.say(
            "stand", k=len(good), n=n, observed=observed, list=("；" if self.lang == "zh" else "; ").join(good)
        )

    def sources(self) -> Iterator[str]:
        """Where the windows of plausibility come from."""
        for one in self.found.checked:
            check = self.found.spec.plausible[one.check].name.of(self.lang)
            figure, grade = one.expected.name.of(self.lang), self.say(one.expected.grade)
            yield self.say("source", check=check, figure=figure, grade=grade, source=one.expected.source)

    # --- the picture

    def picture(self) -> dict[str, str]:
        """The title, what is shown, and the note of the picture, and the names of its two marks."""
        found, (base_year, year) = self.found, self.years
        held = sum(one.interval.holds(self.observed) for one in found.forecasts)
        stand = sum(found.stands(one) for one in found.forecasts)
        about: dict[str, Any] = {**self.subject, "year": year, "base_year": base_year, "coverage": self.coverage}
        about |= {"held": held, "stand": stand, "n": len(found.forecasts), "observed": number(self.observed)}
        known = number(found.spec.calibration.known.value)
        return {
            "title": self.say("picture_title", **about),
            "what": self.say("picture_what", **about),
            "note": self.say("picture_note", **about),
            "observed": self.say("observed_mark", value=number(self.observed)),
            "known": self.say("known_mark", year=base_year, value=known),
        }


def _digits(expected: ExpectedSpec) -> int:
    """Decimals that a figure is told with: enough to see its window."""
    size = max(abs(expected.low), abs(expected.high))
    return 0 if size >= 100 else 1 if size >= 2 else 3
