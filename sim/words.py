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
    "per_sequence": (
        "mean of {n} simulated years, ± 95 %; sequential: as many as ± {precision} took (held from {reached} on)",
        "{n} 个模拟年的均值，± 95%；序贯抽样：直至精度达 ± {precision}（第 {reached} 年起保持）",
    ),
    "per_sequence_short": (
        "mean of {n} simulated years, ± 95 %; sequential: ± {precision} was NOT reached",
        "{n} 个模拟年的均值，± 95%；序贯抽样：精度未能达到 ± {precision}",
    ),
    "carried": ("carried, TEU", "承运量（标箱）"),
    "interval": ("  95 % interval of the mean", "  均值 95% 置信区间"),
    "one_year": ("  90 % of single years *", "  单年 90% 预测区间 *"),
    "if_true": (
        "* if the assumptions hold: chance within and between years, not the ranges of what was assumed.",
        "* 以假设成立为前提：只含年内与年际的随机波动，不含假设本身的区间。",
    ),
    "against": ("against {value} TEU ({year})", "对比基准 {value} 标箱（{year} 年）"),
    "difference": ("  difference", "  差额"),
    "nine_in_ten": ("  nine years in ten at least *", "  十年中九年至少 *"),
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
    "regime": (
        "What drives what is carried (elasticities, ± 95 %: % for each % of demand, of timetables, of prices):",
        "承运量由什么驱动（弹性：货源、班次、运价每变 1% 的百分比，± 为 95% 区间）：",
    ),
    "regime_of": ("  {channel}: {regime} ({list})", "  {channel}：{regime}（{list}）"),
    "demand_driven": ("demand-driven", "货源驱动"),
    "capacity_driven": ("capacity-driven", "运能驱动"),
    "price_driven": ("price-driven", "运价驱动"),
    "driven_by_none": ("hardly moved by any of them", "三者影响都很小"),
    "power_of_demand +10 %": ("demand {power}", "货源 {power}"),
    "power_of_timetables +10 %": ("capacity {power}", "运能 {power}"),
    "power_of_prices +10 %": ("price {power}", "运价 {power}"),
    "driven_head": ("driven by", "驱动"),
    "price_power": ("price", "运价弹性"),
    "row_cost_gross_cny_per_feu": ("cost per FEU, gross, CNY", "每 40 英尺箱总成本（元）"),
    "row_cost_net_cny_per_feu": ("  net of subsidy, CNY", "  扣除补贴后（元）"),
    "row_price_cny_per_feu": ("price per FEU to the shipper, CNY", "每 40 英尺箱货主运费（元）"),
    "row_subsidy_cny_per_teu": ("subsidy per TEU, CNY", "每标箱补贴（元）"),
    "row_co2_t_per_teu": ("CO2e per TEU, t", "每标箱碳排放（吨）"),
    "parties": (
        (
            "Million CNY: shippers pay {shippers} in all, {revenue} of it to the trains{flights}; "
            "the treasury pays {treasury} (subsidies {subsidy}); "
            "trains{flights} cost {running} to run; their operators are left with {result}."
        ),
        (
            "金额（百万元）：货主共支付 {shippers}，其中班列{flights}运费 {revenue}；"
            "财政支出 {treasury}（其中补贴 {subsidy}）；班列{flights}运行成本 {running}；运营方盈亏 {result}。"
        ),
    ),
    "operators_by_channel": ("  By channel, operators are left with: {list}.", "  分通道运营方盈亏：{list}。"),
    "relieved": (
        "Rebates while trains queued: {amount} CNY, on {teu} TEU; borne by {payers}, and in what they pay.",
        "拥堵期运费优惠：{amount} 元，涉及 {teu} 标箱；由{payers}承担，已计入其支出。",
    ),
    "borne_by_operator": ("the operators", "运营方"),
    "borne_by_treasury": ("the treasury", "财政"),
    "borne_by_nobody": ("somebody outside", "外部"),
    "never_in_the_run": (
        "{name}: all its days lie outside the run. Is the year right?",
        "{name}：全部日期都在模拟时段之外。年份是否正确？",
    ),
    "budget_lasts": ("The budget of the {name} did not run out.", "{name}：预算未用完。"),
    "budget_ends": (
        "The budget of the {name} ran out in {k} of {n} years, after {days} days on average (about {day}).",
        "{name}：{n} 年中有 {k} 年预算用完，平均在 {days} 天后（约 {day}）。",
    ),
    "and_flights": (" and flights", "与航班"),
    "outlays": (
        "  Part of what they pay are outlays for policies: {list}.",
        "  上述支出中的政策投入：{list}。",
    ),
    "outlay_treasury": ("the treasury {amount}", "财政 {amount}"),
    "outlay_operator": ("the operators {amount}", "运营方 {amount}"),
    "outlay_shipper": ("shippers {amount}", "货主 {amount}"),
    "emitted": ("CO2 equivalent of what was carried: {tonnes} t.", "承运货物的碳排放：{tonnes} 吨二氧化碳当量。"),
    "emission_scope": (
        "  Factors {scope}, g a tonne-km: {list}.",
        "  因子口径{scope}，克/吨公里：{list}。",
    ),
    "well_to_wheel": ("well to wheel (with making the fuel or power)", "“油井到车轮”（含燃料或电力生产）"),
    "tank_to_wheel": ("tank to wheel (the vehicle alone)", "“油箱到车轮”（仅车船运行）"),
    "emitted_market": (
        "  With what others carried, by assumed factors: {tonnes} t.",
        "  连同他方承运的货物（因子为假设值）：{tonnes} 吨。",
    ),
    "chosen": ("Shippers chose: {list}", "货主选择：{list}"),
    "target": (
        "Target: {measure} of {channel} {sense} {value} {unit} in {assurance} of years: {verdict} ({shares})",
        "目标：{channel}{measure}{sense} {value} {unit}，保证率 {assurance}：{verdict}（{shares}）",
    ),
    "target_years": (
        "given the assumptions, {share} of {n} years, 95 % {low} – {high}",
        "按假设值，{n} 个模拟年中 {share}，95% {low} – {high}",
    ),
    "target_drawn": (
        "with the inputs drawn, {share} of years, 95 % {low} – {high} by {n} draws",
        "输入抽样时，{share} 的年份，95% {low} – {high}（{n} 次抽样）",
    ),
    "target_not_drawn": ("inputs were not drawn for it", "未对输入抽样"),
    "target_rule": (
        (
            "A target is met if the whole interval of the share of years lies at or above the share that is wanted, "
            "missed if all of it lies below, and cannot be told if it holds that share. With inputs drawn it is met "
            "only if both shares are, and missed if either is. Only a missed one ends with exit code 3."
        ),
        (
            "判定规则：达标年份比例的整个区间不低于保证率为达到，全部低于为未达到，包含保证率则无法断定。"
            "对输入抽样时，两个比例都达到才算达到，任一未达到即为未达到。只有未达到时退出码为 3。"
        ),
    ),
    "at_least_word": ("at least", "不低于"),
    "at_most_word": ("at most", "不高于"),
    "target_met": ("MET", "达到"),
    "target_missed": ("MISSED", "未达到"),
    "target_open": ("CANNOT BE TOLD", "无法断定"),
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
    "what_if": ("Changed for this run: {path} = {value}", "本次改动：{path} = {value}"),
    "short_warm_up": (
        "Warning: the warm-up of {days} days is under three lead times ({lead} days, {channel}): figures start low.",
        "警告：预热期 {days} 天，不足最长全程时效（{channel}，95% 以内 {lead} 天）的三倍，年初的承运量和时效偏低。",
    ),
    "recovery_of": (
        "{names}, {first} to {last}: {n} years with it, held against the same years without it.",
        "{names}（{first} 至 {last}）：{n} 个年份，与无此事件的同一年份比较。",
    ),
    "recovery_worst": (
        "{channel}: {teu} TEU more on the way than without it at the worst, on {date}",
        "{channel}：最严重时（{date}）在途多出 {teu} TEU",
    ),
    "recovery_cleared": (
        "; worked off {days} days after the end (within {most} in nine years of ten).",
        "；结束后 {days} 天消化完毕（十年中九年不超过 {most} 天）。",
    ),
    "recovery_not_cleared": (
        " In {k} of {n} years it was not before the end of the run.",
        "{n} 年中有 {k} 年到期末仍未消化。",
    ),
    "recovery_never_cleared": ("; not worked off before the end of the run.", "；到期末仍未消化。"),
    "recovery_cargo": ("{channel}: shippers who went another way", "{channel}：改走他途的货主"),
    "recovery_normal": (" are back {days} days after the end.", "在结束后 {days} 天回流。"),
    "recovery_not_normal": (
        " In {k} of {n} years they were not before the end of the run.",
        "{n} 年中有 {k} 年到期末仍未回流。",
    ),
    "recovery_never_normal": (" are not back before the end of the run.", "到期末仍未回流。"),
    "recovery_title": (
        "What it did: differences of the same years, mean ± 95 %",
        "影响：同一年份之差，均值 ± 95 %",
    ),
    "recovery_worst_teu": ("most on the way more, TEU", "在途最多增加（TEU）"),
    "recovery_worst_day": ("on", "日期"),
    "recovery_cleared_days": ("worked off, days after", "消化完毕（结束后天数）"),
    "recovery_normal_days": ("as before, days after", "恢复如常（结束后天数）"),
    "recovery_late_teu": ("late, TEU", "延误（TEU）"),
    "recovery_late_days": ("late by, days", "平均延误（天）"),
    "recovery_away_teu": ("went another way, TEU", "改走他途（TEU）"),
    "recovery_carried_teu": ("carried in the year, TEU", "年承运量变化（TEU）"),
    "recovery_note": (
        "Late: a day more from door to door. Worked off, as before: for a week within 5 % of what would be on the way.",
        "延误：全程多用一天以上。消化完毕、恢复如常：连续一周与无此事件时的在途量相差不超过 5 %。",
    ),
    "warm_up_title": (
        "Days from an empty start until it no longer shows (mean of {n} runs of {days} days)",
        "从空载起步到稳定所需天数（{n} 次模拟的均值，每次 {days} 天）",
    ),
    "series": ("series", "序列"),
    "in_system": ("TEU booked and not yet delivered", "已委托未送达标箱数"),
    "waiting": ("TEU waiting at the first terminal", "始发站待发标箱数"),
    "lead_time": ("days of boxes delivered that day", "当日送达箱的全程天数"),
    "mser": ("MSER-5, days", "MSER-5（天）"),
    "welch": ("Welch, days", "Welch（天）"),
    "sees": ("what MSER-5 sees", "MSER-5 所见"),
    "emptiness": ("the empty start", "空载起步"),
    "other": (
        "a trend or season, long after Welch settled: not counted",
        "Welch 早已稳定，所见为趋势或季节，不计入建议",
    ),
    "undecided": ("not decided: a trend or season, or too few days", "无法判定：有趋势或季节，或天数太少"),
    "no_cargo": ("no cargo in these days", "这些天没有货"),
    "looked_at": (
        "MSER-5 and Welch look at the {days} days before {date}, when services, demand or closures change.",
        "MSER-5 和 Welch 只看 {date} 之前的 {days} 天：该日班期、货源或封闭情况按日历变化。",
    ),
    "not_stationary": (
        "Both suppose a steady state. A year with seasons and changes has none: read them beside the picture.",
        "两者都假设起步之后是平稳的；有季节和变化的日历年并不平稳，须对照图来读。",
    ),
    "by_lead_time": (
        "Three lead times: 3 × {days} days ({channel}, 95 % within, measured period) = {proposed} days.",
        "全程时效的三倍：3 × {days} 天（{channel}，统计期内 95% 的箱在此之内）= {proposed} 天。",
    ),
    "by_mser": (
        "MSER-5: {proposed} days ({channel}, {series}).",
        "MSER-5：{proposed} 天（{channel}，{series}）。",
    ),
    "nothing_delivered": (
        "Nothing was delivered in the measured period: no lead time is known. Measure longer.",
        "统计期内没有箱送达，全程时效未知：请延长统计期。",
    ),
    "proposed_lead_time": (
        "Proposed warm-up: {days} days, by three lead times.",
        "建议预热期：{days} 天，依据全程时效的三倍。",
    ),
    "proposed_mser": ("Proposed warm-up: {days} days, by MSER-5.", "建议预热期：{days} 天，依据 MSER-5。"),
    "nothing_proposed": ("No warm-up can be proposed.", "无法给出建议。"),
    "warm_up_enough": ("Present warm-up: {days} days, long enough.", "现设预热期：{days} 天，足够。"),
    "warm_up_short": (
        "Present warm-up: {days} days, too short by {missing}. Set period.warm_up_days to {proposed} and ask again.",
        "现设预热期：{days} 天，短 {missing} 天。请把 period.warm_up_days 设为 {proposed} 后再查一次。",
    ),
    "one_run": (
        "{channel}, {series}, from this one run: {mean} ± {half} (95 %, by {n} batches of days after the warm-up)",
        "{channel}，{series}，仅凭这一次运行：{mean} ± {half}（95%，预热期后按日分 {n} 批）",
    ),
    "batches_short": (
        "  its batches are still correlated ({correlation}): the run is too short, and the interval optimistic",
        "  各批之间仍相关（{correlation}）：运行过短，区间偏乐观",
    ),
    "run_is_short": (
        "Warning: a run of {days} days is short for this, slower things are not seen. Warm up longer and ask again.",
        "警告：每次模拟只有 {days} 天，更长的过程看不到。请加长预热期后再查一次。",
    ),
    "growing": (
        "Warning: the backlog of {channel} grew by {teu} TEU over the year; its days count only what got through.",
        "警告：{channel}的待运箱量一年增加 {teu} 标箱，其时效只反映已送达的箱。",
    ),
    "yard_over": (
        "Warning: {name} ran over its {slots} slots (peak {peak} TEU); it turns nobody away.",
        "警告：{name}超出堆存能力 {slots} 标箱（峰值 {peak} 标箱）；该堆场不拒收。",
    ),
    "yard_over_gate": (
        "Warning: {name} ran over its {slots} slots (peak {peak} TEU) by boxes that trains or others brought.",
        "警告：{name}超出堆存能力 {slots} 标箱（峰值 {peak} 标箱）：由列车或其他箱流运入。",
    ),
    "turns_away": ("turns trucks away when full", "堆满时拒收"),
    "turned_away": (
        "Warning: {teu} TEU of {channel} ({share}) are turned away at a full yard, and lost.",
        "警告：{channel}有 {teu} 标箱（{share}）因堆场已满被拒收而流失。",
    ),
    "optimistic": (
        "Warning: interval optimistic: {name} is loaded {share}; so near saturation {n} years cover too little.",
        "警告：区间偏乐观：{name}负荷 {share}，接近饱和时 {n} 次模拟的区间覆盖不足。",
    ),
    "one_replication": (
        "Only one replication: no interval can be given. `sim warmup -n 1` judges one long run by batch means.",
        "只有一次模拟，无法给出区间；`sim warmup -n 1` 可按批均值评估一次长运行。",
    ),
    "kept": (
        "What was simulated is kept in {folder}: the same command goes on from there.",
        "已完成的模拟保存在 {folder}，再次运行同一条命令即可接着算。",
    ),
    "reproduce_title": ("{folder}: simulated again, file by file", "{folder}：重新模拟，逐个文件核对"),
    "file": ("file", "文件"),
    "then": ("then", "当时"),
    "again": ("again", "重算"),
    "same_file": ("the same", "一致"),
    "differs": ("DIFFERS", "不一致"),
    "altered": ("ALTERED since it was written", "写出后被改动"),
    "no_file": ("missing", "缺失"),
    "reproduced": (
        "Reproduced: {n} of {n} files come out the same, byte for byte.",
        "复现成功：{n} 个文件逐字节一致。",
    ),
    "not_reproduced": ("Not reproduced: {bad} of {n} files.", "未能复现：{n} 个文件中有 {bad} 个。"),
    "ran_with": ("It was run with {what} {then}; here is {now}.", "当时使用 {what} {then}，现为 {now}。"),
    "had_failed": (
        "It was made without the replications {list}, which were set aside; here they may be there.",
        "当时搁置了第 {list} 次模拟，此处可能已完成。",
    ),
    "the_model": ("model", "模型版本"),
    "written": ("Results in {folder}", "结果保存在 {folder}"),
    "simulating": ("simulating", "模拟中"),
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
    "compare_title": (
        "“{other}”, compared with “{base}” ({n} years with the same luck)",
        "“{other}”与“{base}”比较（相同随机条件下的 {n} 个模拟年）",
    ),
    "paired": (
        "Differences of the mean over years with the same luck. Whether one year reaches a baseline, `sim run` says.",
        "差值是相同随机条件下多年均值之差；单独一年能否达到基准，见 `sim run`。",
    ),
    "measure": ("measure", "指标"),
    "correlation": ("correlation", "相关系数"),
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "same": ("exactly the same", "完全相同"),
    "changed": ("differs", "有差异"),
    "negligible": ("negligible", "可忽略"),
    "relative": ("in %", "变化（%）"),
    "joint": (
        (
            "Intervals of the {k} scenarios hold together with 95 % (Bonferroni). Better, worse and differs go by "
            "Holm's adjusted p below 0.05, so that an interval may touch 0 where a difference is told."
        ),
        (
            "{k} 个情景的区间合起来有 95% 的把握（Bonferroni 法）。更好、更差、有差异按 Holm 校正后的 p 小于 0.05 "
            "判断，所以区间碰到 0 时也可能已能判断。"
        ),
    ),
    "change": ("difference (95 %)", "差值（95% 区间）"),
    "reading": ("reading", "解读"),
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
    "unit_days": ("days", "天"),
    "unit_share": ("points", "个百分点"),
    "unit_units": ("units", "单位"),
    "zone_TEU": ("TEU", "标箱"),
    "zone_days": ("days", "天"),
    "zone_share": ("(as a share)", "（按占比计）"),
    "zone_trains": ("trains", "列"),
    "zone_h": ("h", "小时"),
    "zone_units": ("units", "单位"),
    # --- a comparison in sentences
    "stop": (".", "。"),
    "told_carried_teu_more": (
        "“{other}” carries {size} TEU more than “{base}”",
        "“{other}”比“{base}”多承运 {size} 标箱",
    ),
    "told_carried_teu_less": (
        "“{other}” carries {size} TEU less than “{base}”",
        "“{other}”比“{base}”少承运 {size} 标箱",
    ),
    "told_trains_run_more": ("It runs {size} more trains", "多开行 {size} 列"),
    "told_trains_run_less": ("It runs {size} trains fewer", "少开行 {size} 列"),
    "told_teu_per_train_more": ("A train carries {size} TEU more", "平均每列多装 {size} 标箱"),
    "told_teu_per_train_less": ("A train carries {size} TEU less", "平均每列少装 {size} 标箱"),
    "told_local_share_more": ("The local share is {size} points higher", "本地货占比提高 {size} 个百分点"),
    "told_local_share_less": ("The local share is {size} points lower", "本地货占比降低 {size} 个百分点"),
    "told_lead_time_days_more": ("Boxes arrive {size} days later on average", "货箱平均晚到 {size} 天"),
    "told_lead_time_days_less": ("Boxes arrive {size} days earlier on average", "货箱平均早到 {size} 天"),
    "told_lead_time_p90_days_more": (
        "Nine boxes in ten arrive within {new} days instead of {old}: {size} days more",
        "九成货箱的送达时间由 {old} 天延长到 {new} 天，增加 {size} 天",
    ),
    "told_lead_time_p90_days_less": (
        "Nine boxes in ten arrive within {new} days instead of {old}: {size} days fewer",
        "九成货箱的送达时间由 {old} 天缩短到 {new} 天，减少 {size} 天",
    ),
    "told_transit_days_more": ("Station to station takes {size} days longer", "站到站时间延长 {size} 天"),
    "told_transit_days_less": ("Station to station takes {size} days less", "站到站时间缩短 {size} 天"),
    "told_backlog_teu_more": (
        "{size} TEU more still wait for their first train when the period ends",
        "期末待运量增加 {size} 标箱",
    ),
    "told_backlog_teu_less": (
        "{size} TEU fewer still wait for their first train when the period ends",
        "期末待运量减少 {size} 标箱",
    ),
    "told_unclear": (
        (
            "No difference can be told at n = {n}: {measure} ({change} ± {half} {unit}). "
            "A true one of {detectable} {unit} would be told four times in five"
        ),
        (
            "{measure}：{n} 个模拟年尚不能判断有无差异（{change} ± {half} {unit}）；"
            "真实差异达到 {detectable} {unit}时，五次中有四次能判断出来"
        ),
    ),
    "told_once": (
        "One year tells nothing: {measure} ({change} {unit}).",
        "{measure}：只有一个模拟年，无法判断（{change} {unit}）。",
    ),
    "told_same": ("Exactly the same in every year: {list}.", "每一年都完全相同：{list}。"),
    "told_negligible": ("Negligible, it rounds to nothing: {list}.", "可忽略（四舍五入后为零）：{list}。"),
    "because_tenths": (
        "; {tenths} of 10 TEU of that come from {part} ({change})",
        "；差额中每 10 标箱有 {tenths} 标箱来自{part}（{change}）",
    ),
    "because_nearly_all": ("; nearly all of that comes from {part} ({change})", "；差额几乎全部来自{part}（{change}）"),
    "because_most_days": ("; most of it is {part} ({change} days)", "；主要在{part}（{change} 天）"),
    "because_nearly_all_days": ("; nearly all of it is {part} ({change} days)", "；几乎全部在{part}（{change} 天）"),
    "because_several": ("; the largest parts: {list}", "；主要构成：{list}"),
    "because_mixed_teu": (
        "; the largest gains: {up}; the largest losses: {down}",
        "；增加最多：{up}；减少最多：{down}",
    ),
    "because_mixed_days": ("; most added: {up}; most saved: {down}", "；延长最多：{up}；缩短最多：{down}"),
    "because_hidden": ("; and yet in parts: {list}", "；但分项可以判断：{list}"),
    "by_channel": (" By channel: {list}.", "分通道：{list}。"),
    "mix_moved": (
        "* Partly, or wholly, because the channels have other shares of the total than before: look at each channel.",
        "* 部分或全部是因为各通道所占份额变了，请看各通道的数字。",
    ),
    "mostly": (" (most of it {part})", "（主要在{part}）"),
    "unmoved": ("0", "0"),
    "untold": (" (cannot be told)", "（无法判断）"),
    "cargo_of": ("{channel}, {direction}, {cargo}", "{channel}{direction}的{cargo}"),
    "cargo_local": ("local cargo", "本地货"),
    "cargo_hub": ("hub cargo", "外地货"),
    "unpaired": (
        "Pairing by the same luck hardly helped these (measured correlation): {list}. More years would narrow them.",
        "配对（相同随机条件）对以下指标几乎没有帮助（实测相关系数）：{list}；增加模拟年数可收窄区间。",
    ),
    # --- draws of the inputs
    "one_year_drawn": ("  90 % of single years, inputs drawn **", "  单年 90% 预测区间（输入抽样）**"),
    "at_least_drawn": ("  years at or above it **", "  达到基准的年份占比 **"),
    "verdict_drawn": ("  verdict **", "  判断 **"),
    "of_inputs": ("  of a year's variance, by inputs", "  单年方差中输入所占"),
    "if_drawn": (
        (
            "** whatever the assumptions, within their ranges: chance, years, and {inputs} inputs ({ranges} ranges) "
            "drawn at once, {n} draws of {years} years each, moved from the mean of these years to that of all. The "
            "interval of the mean is that of {runs} years with all inputs as assumed."
        ),
        (
            "** 假设在各自区间内变动：随机波动、年际差异，以及 {inputs} 项输入（{ranges} 个区间）同时抽样，"
            "共 {n} 次，每次 {years} 个模拟年，并由这几年的均值移到全部年份的均值。"
            "均值置信区间只针对按假设值的 {runs} 个模拟年。"
        ),
    ),
    "drawn_mean": (
        (
            "Ranges may be lopsided, so that the mean over the draws is another than that of the values as assumed "
            "({measure}): {list}."
        ),
        "区间未必对称，抽样均值不等于按假设值的均值（{measure}）：{list}。",
    ),
    "drawn_mean_of": ("{channel} {drawn} for {mean}", "{channel} {drawn}（按假设值 {mean}）"),
    "moves": (
        "What is told from noise ({measure}; mean of the draws in the lowest → highest third of each input):",
        "能与噪声区分的影响因素（{measure}；该输入最低三分之一 → 最高三分之一抽样的均值）：",
    ),
    "moves_of": ("  {channel}: {list}", "  {channel}：{list}"),
    "moved_by": ("{input} {low} → {high}", "{input} {low} → {high}"),
    "moved_by_none": ("no input stands out from noise", "没有哪项输入能与噪声区分"),
    "not_drawn": ("Not drawn: {list}; see not_drawn.csv.", "未抽样：{list}，见 not_drawn.csv。"),
    "left_out_no_range": ("{n} assumed laws or lists without a range", "{n} 个没有区间的假设分布或序列"),
    "left_out_days": ("{n} dates", "{n} 个日期"),
    "left_out_other_quantity": (
        "{n} whose range counts something else than the value",
        "{n} 个区间与数值口径不同的输入",
    ),
    "left_out_other_year": ("{n} of years that are not simulated", "{n} 个不在模拟期内的年份"),
    "left_out_what_if": ("{n} what-ifs", "{n} 个假想值"),
    "left_out_one_value": ("{n} whose range is one value", "{n} 个区间只有一个值的输入"),
    "left_out_elsewhere": ("{n} that are no part of the corridor", "{n} 个与通道运行无关的数值"),
    "refused": (
        "Warning: the checks refuse {k} of {n} draws, which are left out (the first: {why})",
        "警告：{n} 次抽样中有 {k} 次未通过检查，已剔除（首例：{why}）",
    ),
    "signs_title": (
        "With the inputs drawn too ({n} draws, the same in both):",
        "输入也抽样时（{n} 次抽样，两个情景相同）：",
    ),
    "sign_more": (
        "more in {x} of {n} draws ({share}; 95 %: {low} – {high})",
        "{n} 次抽样中有 {x} 次为增加（{share}；95%：{low} – {high}）",
    ),
    "sign_less": (
        "less in {x} of {n} draws ({share}; 95 %: {low} – {high})",
        "{n} 次抽样中有 {x} 次为减少（{share}；95%：{low} – {high}）",
    ),
    "sign_none": (
        "no difference in {x} of {n} draws, more in {more}, less in {less}",
        "{n} 次抽样中有 {x} 次无差异，{more} 次增加，{less} 次减少",
    ),
    "sign_all_more": (
        "more in all {n} draws (95 %: more than {low})",
        "{n} 次抽样全部为增加（95% 把握：占比高于 {low}）",
    ),
    "sign_all_less": (
        "less in all {n} draws (95 %: more than {low})",
        "{n} 次抽样全部为减少（95% 把握：占比高于 {low}）",
    ),
    "sign_of": (
        "{measure}, {channel}: as assumed {change} {unit}; {sign}{others}; {mean} on average",
        "{measure}，{channel}：按假设值 {change} {unit}；{sign}{others}，平均 {mean}",
    ),
    "sign_opposite": (", the other way in {k}", "，{k} 次相反"),
    "sign_neither": (", none in {k}", "，{k} 次无差异"),
    "sign_movers": (". Moved most by: {list}", "。影响最大：{list}"),
    "sign_flippers": (". Flipped by: {list}", "。使方向改变：{list}"),
    "sign_flippers_untold": (
        ". What flips it does not stand out from noise (more draws would tell more)",
        "。使方向改变的输入不能与噪声区分（增加抽样次数可看得更清）",
    ),
    "sign_no_movers": (". No input stands out from noise", "。没有哪项输入能与噪声区分"),
    "sign_still": ("{measure} ({channel})", "{measure}（{channel}）"),
    "sign_every_same": ("Exactly the same in every draw: {list}.", "每次抽样都完全相同：{list}。"),
    "other_draws": (
        (
            "“{base}” and “{other}” have no draws in common: run both with --uncertainty, the same --draws and seed, "
            "to see in what share of them a sign holds."
        ),
        (
            "“{base}”与“{other}”没有共同的抽样：两者都用 --uncertainty、相同的 --draws 和种子运行，"
            "才能看出方向在多少抽样中成立。"
        ),
    ),
    # --- the inputs of a comparison
    "inputs": ("Inputs that differ:", "不同的输入："),
    "inputs_by_year": (
        "  (so what is written by year, such as demand, is taken for another year, and is part of the difference)",
        "  （因此按年份写的输入，如货源，各取其年，也是差值的一部分）",
    ),
    "inputs_same": ("All inputs are the same.", "输入完全相同。"),
    "inputs_more": ("  … {n} more in inputs.csv", "  … 另有 {n} 项见 inputs.csv"),
    "input_added": ("  {thing}: only here ({section})", "  {thing}：仅此情景有（{section}）"),
    "input_removed": ("  {thing}: not here ({section})", "  {thing}：此情景没有（{section}）"),
    "input_changed": ("  {path}: {old} → {new}", "  {path}：{old} → {new}"),
    "input_source": (" ({grade}: {source})", "（{grade}：{source}）"),
    "unwritten": ("not written", "未写"),
    "run_changed": ("changed", "有改动"),
    "section_nodes": ("place", "站点"),
    "section_lines": ("line", "线路"),
    "section_services": ("service", "班列或航线"),
    "section_channels": ("channel", "通道"),
    "section_markets": ("market", "货源"),
    "section_disruptions": ("disruption", "中断"),
    "section_subsidies": ("subsidy", "补贴"),
    "section_outlays": ("outlay", "支出"),
    "section_targets": ("target", "目标"),
    "section_expect": ("figure that must come out", "应得结果"),
    # --- which runs are compared
    "other_model": (
        "Warning: “{base}” and “{other}” were made by different versions of the program: run both again to be sure.",
        "警告：“{base}”与“{other}”出自不同版本的程序，最好都重新运行。",
    ),
    "other_replications": (
        "“{base}” has {n} years, “{other}” {m}: the {common} that both have are compared.",
        "“{base}”有 {n} 个模拟年，“{other}”有 {m} 个：只比较共有的 {common} 个。",
    ),
    "other_length": (
        (
            "Warning: “{base}” measures {base_days} days from {base_first}, “{other}” {other_days} from {other_first}: "
            "totals (TEU, trains) cannot be compared, only means and shares."
        ),
        (
            "警告：“{base}”统计 {base_days} 天（{base_first} 起），“{other}”统计 {other_days} 天（{other_first} 起）："
            "总量（标箱、列数）不可比，只有均值和占比可比。"
        ),
    ),
    "other_channels": (
        "Only “{name}” has: {channels}. Sums over all channels hold it against nothing.",
        "只有“{name}”有：{channels}；合计中它没有比较对象。",
    ),
    "figures_take": (
        "Figures side by side show the first {n}; the differences of all are in the forest and by stage.",
        "并排的图只画前 {n} 个；全部差值见森林图和环节差图。",
    ),
    # --- which is best
    "best": (
        (
            "Best by {measure} ({channel}): “{name}”, with 95 % confidence after {n} years (Kim–Nelson); "
            "within the indifference zone of {zone}, chosen beforehand, scenarios count as equally good."
        ),
        (
            "按{measure}（{channel}）最优：“{name}”，{n} 个模拟年，95% 把握（Kim–Nelson 法）；"
            "事先选定的无差别区间为 {zone}，差异在此之内视为同样好。"
        ),
    ),
    "best_undecided": (
        (
            "Best by {measure} ({channel}): not decided with {n} years at an indifference zone of {zone}, chosen "
            "beforehand. Still in: {names}. Run with more; {enough} years decide it at the latest (Kim–Nelson)."
        ),
        (
            "按{measure}（{channel}）最优：{n} 个模拟年、事先选定的无差别区间 {zone}下尚未决出。仍在候选：{names}。"
            "请增加模拟年数，至多 {enough} 年可决出（Kim–Nelson 法）。"
        ),
    ),
    "unit_trains": ("trains", "列"),
    "levers_title": ("levers", "政策杠杆"),
    "levers_how": (
        "* what a single value stands for, as in --lever NAME=VALUE. Every lever takes `cost` too, with its own keys.",
        "* 只写一个值时（如 --lever 名称=值）所指的参数。每个杠杆均可另写 cost（政策费用）。",
    ),
    "lever": ("lever", "杠杆"),
    "levers_of_scenario": (
        "Policies, and what they cost, stand in scenarios: sim levers scenarios/2020.yaml",
        "政策及其费用写在情景中：sim levers scenarios/2020.yaml",
    ),
    "policies_how": (
        "Costs are assumed, in million CNY a year with their range; –: none beside trains and boxes.",
        "费用为假设值，单位百万元/年，方括号内为区间；“–”表示除模拟中的列车与箱费用外无另计费用。",
    ),
    "policy_cost": ("cost a year", "年费用"),
    "a_year": ("{amount} million CNY a year, {party}", "{amount} 百万元/年，{party}"),
    "cost_for": (" (for {main} = {value}, others in proportion)", "（{main} = {value} 时，其他取值按比例）"),
    "party_treasury": ("paid by the treasury", "财政承担"),
    "party_operator": ("paid by the operator", "运营方承担"),
    "party_shipper": ("paid by shippers", "货主承担"),
    "lever_does": ("what it does", "作用"),
    "lever_decided": ("who decides", "由谁决定"),
    "lever_costs": ("what it costs", "费用"),
    "lever_anchor": ("anchor", "依据"),
    "lever_parameters": ("parameters", "参数"),
    "policies_title": ("policies of {file}", "{file} 中的政策"),
    "policy": ("policy", "政策"),
    "policy_name": ("name", "名称"),
    "levers_applied": ("levers pulled: {list}", "已应用的杠杆：{list}"),
}


def say(lang: Lang, word: str, **values: object) -> str:
    """The text for `word` in a language, with values put in."""
    return WORDS[word][LANGS.index(lang)].format(**values)


def number(value: float, digits: int = 0) -> str:
    """A number with thousands separators and a true minus; `–` where it is unknown."""
    return f"{value:,.{digits}f}".replace("-", "−") if value == value else "–"  # noqa: PLR0124  (nan is not itself)


def signed(value: float, digits: int = 0) -> str:
    """A difference with its sign (a true minus; + before 0); `–` where it is unknown."""
    if value != value:  # noqa: PLR0124  (nan is not itself)
        return "–"
    return f"{round(value, digits) + 0.0:+,.{digits}f}".replace("-", "−")


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage; `–` where it is unknown."""
    return f"{100 * value:.{digits}f} %" if value == value else "–"  # noqa: PLR0124
