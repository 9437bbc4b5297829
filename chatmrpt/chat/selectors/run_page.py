"""The page of one finished risk run: what is sure, the ranking, what went in, what was tried."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from analysis import api as analysis_api
from analysis.models import AnalysisRun, VariableUse, WardScore
from chatmrpt.chat.selectors.run_maps import map_choices, map_of
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS, count, percent, plural
from chatmrpt.common.language import Words, mark, say
from itn import api as itn_api
from itn.selectors import population_by_code
from tpr.models import Workflow

PAGE = 50
CUT = 10
FIRM = ("firm High", "firm Medium", "firm Low")
STABILITY_WORDS = Words(
    {
        "firm High": "Firm, upper third",
        "firm Medium": "Firm, middle third",
        "firm Low": "Firm, lower third",
        "borderline High-Medium": "Borderline, upper or middle",
        "borderline Medium-Low": "Borderline, middle or lower",
        "borderline wide": "Borderline, anywhere",
        "not assessed": "Not assessed, no own data",
    }
)
CLASS_WORDS = Words({"High": "Upper", "Medium": "Middle", "Low": "Lower"})
AXES = (
    ("leave_out", mark("Each variable left out")),
    ("weights", mark("Other weights")),
    ("normalisation", mark("Other normalisation")),
    ("combination", mark("Other way to combine")),
    ("method", mark("Other methods")),
    ("exceeding", mark("Other rule for more positives than tests")),
    ("positivity", mark("Other counts of positivity")),
    ("ratio", mark("Ratios of another kind")),
)
EXCEEDING = Words(
    {"keep": "such rows kept", "cap": "cut to the tests", "exclude": "such rows left out"}
)
SHORT = Words(
    {
        "facility_max": "larger of RDT and microscopy",
        "rdt": "RDT",
        "microscopy": "microscopy",
        "pooled": "both added",
        "dominant": "main test",
        "method_max": "higher of two rates (biased upward)",
        "opd": "per out-patient",
        "fever": "per fever case",
    }
)


def run_page(workflow: Workflow, run: AnalysisRun, params: Mapping[str, str]) -> dict[str, Any]:
    """Return everything the page of a finished run shows."""
    scores = analysis_api.scores(run)
    uses = analysis_api.variable_uses(run)
    state = analysis_api.staleness(run)
    before = _before(workflow, run, params)
    return {
        "run": run,
        "base": f"/workflows/{workflow.pk}/runs/{run.pk}/",
        "top": run.parameters.get("top"),
        "sound": run.profile == "sound",
        "stale_because": state.reasons,
        "sure": sure(scores) if run.profile == "sound" else [],
        "cut": cut_line(scores) if run.profile == "sound" else [],
        "table": table(run, scores, params),
        "lgas": lga_ranking(run, scores),
        "map": map_of(run, scores, uses, params.get("map", "")),
        "maps": map_choices(run, uses, params.get("map", "")),
        "used": [_used(u) for u in uses if u.status == "used"],
        "left_out": [u for u in uses if u.status != "used"],
        "axes": axes(run, uses),
        "components": run.card.get("components") or {},
        "tests": run.card.get("tests") or {},
        "comparison": _comparison(run, before) if before else None,
        "others": analysis_api.other_runs(run),
        "note": analysis_api.method_note(run),
        "card": card_rows(run),
        "state": (run.card.get("source") or {}).get("state", ""),
    }


def sure(scores: list[WardScore]) -> list[dict[str, Any]]:
    """Return how many wards are firm and borderline, in a fixed order; absent words are left out."""
    found = []
    for word, label in STABILITY_WORDS.items():
        rows = [s for s in scores if s.stability == word]
        if rows:
            found.append(
                {"word": word, "label": label, "count": len(rows), "firm": word in FIRM,
                 "names": ", ".join(s.ward_name for s in rows[:6]), "more": max(len(rows) - 6, 0)}
            )  # fmt: skip
    return found


def cut_line(scores: list[WardScore]) -> list[dict[str, Any]]:
    """Return the ten wards just in and just out of the upper third, with what would flip them."""
    k = len(scores) // 3
    rows = []
    for s in scores:
        if not k - CUT < s.rank <= k + CUT:
            continue
        change = s.card.get("change") or {}
        values = {n: v for n, v in (change.get("variables") or {}).items() if v is not None}
        rows.append(
            {"score": s, "inside": s.rank <= k, "last": s.rank == k,
             "p": _of_100(s.p_high), "gap": f"{abs(change.get('gap') or 0):.3f}",
             "by": ", ".join(list(values)[:2]) or say("no variable alone")}
        )  # fmt: skip
    return rows


def table(run: AnalysisRun, scores: list[WardScore], params: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of the ranking with each ward's interval as a drawing."""
    lga, firm = params.get("lga", ""), params.get("firm", "")
    rows = [
        s for s in scores
        if (not lga or s.lga == lga) and (not firm or s.stability == firm)
    ]  # fmt: skip
    try:
        page = max(1, int(params.get("page", "1")[:6]))
    except ValueError:
        page = 1
    start = (page - 1) * PAGE
    n = len(scores)
    return {
        "rows": [ranked_row(run, s, n) for s in rows[start : start + PAGE]],
        "found": len(rows), "all": n, "first": min(start + 1, len(rows)),
        "last": min(start + PAGE, len(rows)),
        "next": page + 1 if start + PAGE < len(rows) else None,
        "previous": page - 1 if page > 1 else None,
        "lgas": sorted({s.lga for s in scores if s.lga}), "lga": lga, "firm": firm,
        "words": [(w, label) for w, label in STABILITY_WORDS.items()
                  if any(s.stability == w for s in scores)],
    }  # fmt: skip


def ranked_row(run: AnalysisRun, s: WardScore, n: int) -> dict[str, Any]:
    """Return one line of the ranking; positions of the drawing are per cent of its width."""
    third = n // 3

    def at(rank: float | None) -> str:
        return "" if rank is None else f"{100 * (rank - 0.5) / n:.2f}"

    return {
        "id": s.pk, "rank": s.rank, "shared": s.rank_shared if s.rank_shared != s.rank else "",
        "ward": s.ward_name, "lga": s.lga, "klass": CLASS_WORDS[s.category],
        "low": s.rank_low, "high": s.rank_high,
        "interval": f"{s.rank_low} to {s.rank_high}" if s.rank_low else "",
        "x_low": at(s.rank_low), "x_high": at(s.rank_high), "x": at(s.rank_median or s.rank),
        "cut": f"{100 * third / n:.2f}", "cut2": f"{100 * (n - third) / n:.2f}",
        "firm": s.stability in FIRM, "stability": STABILITY_WORDS.get(s.stability, ""),
        "p_top": _of_100(s.p_top), "p_high": _of_100(s.p_high), "tpr": percent(s.tpr),
        "shrunk": percent(s.tpr_shrunk) if s.tpr_shrunk is not None else "",
        "tested": count(s.tested or 0), "score": f"{s.score:.3f}",
        "mostly": "mostly_imputed" in s.flags, "thin": "too_few_tests" in s.flags,
        "no_tests": "no_tests" in s.flags,
    }  # fmt: skip


def _of_100(p: float | None) -> str:
    """0.934 → `93`: of 100 draws; certainty is kept for what all draws say."""
    if p is None:
        return ""
    if 0 < p < 0.005:
        return say("under 1")
    return say("over 99") if 0.995 <= p < 1 else f"{100 * p:.0f}"


def driver_rows(why: analysis_api.Explanation) -> list[dict[str, Any]]:
    """Return the variables of a ward's card: a bar to the left or right of the middle, and words."""
    largest = max((abs(d.contribution) for d in why.drivers), default=0.0) or 1.0
    rows = []
    for d in why.drivers:
        width = 50 * abs(d.contribution) / largest
        rows.append(
            {
                "label": d.label, "unit": "" if d.indicator else d.unit, "origin": d.origin,
                "filled": d.filled, "raises": d.raises, "width": f"{width:.1f}",
                "x": "50" if d.raises else f"{50 - width:.1f}", "part": f"{d.contribution:+.3f}",
                "value": measured(d.value, share=d.indicator),
                "median": measured(d.median, share=d.indicator),
                "change": measured(d.change, share=d.indicator),
                "moved": _moved(d.left_out),
            }
        )  # fmt: skip
    return rows


def measured(value: float | None, *, share: bool = False) -> str:
    """Return a raw value in four significant digits; a share of tests as per cent."""
    if value is None:
        return ""
    if share:
        return percent(100 * value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _moved(places: int | None) -> str:
    if places is None:
        return ""
    return f"{abs(places)} {'down' if places > 0 else 'up'}" if places else "none"


def lga_ranking(run: AnalysisRun, scores: list[WardScore]) -> dict[str, Any]:
    """Rank LGAs by population-weighted mean score; without populations there is no LGA ranking.

    Source: risk.md section 9: never the plain mean of ward ranks.
    """
    sources = itn_api.population_sources(run.ward_list) if run.ward_list else []
    state = run.result.state if run.result else None
    people: dict[str, Any] = population_by_code(sources[0], state) if sources else {}
    if not people:
        people = {s.ward_code: s.population for s in scores if s.population}
    if not people:
        return {"rows": [], "source": "", "missing": 0}
    sums: dict[str, list[Fraction]] = {}
    missing = 0
    for s in scores:
        known = people.get(s.ward_code)
        if not known:
            missing += 1
            continue
        persons = Fraction(str(known))
        entry = sums.setdefault(s.lga, [Fraction(0), Fraction(0), Fraction(0)])
        entry[0] += persons
        entry[1] += persons * Fraction(s.score)
        entry[2] += persons if s.category == "High" else 0
    rows = [
        {"lga": lga, "people": count(float(round(p))), "score": float(weighted / p),
         "high": f"{float(100 * high / p):.0f}"}
        for lga, (p, weighted, high) in sums.items()
    ]  # fmt: skip
    rows.sort(key=lambda r: (-r["score"], r["lga"]))
    return {
        "rows": [{**r, "rank": i, "score": f"{r['score']:.3f}"} for i, r in enumerate(rows, 1)],
        "source": f"{sources[0].name}, {sources[0].year}" if sources else say("the ward table"),
        "missing": missing,
    }


def _used(use: VariableUse) -> dict[str, Any]:
    bounds = f"{use.lower:.4g} to {use.upper:.4g}" if use.lower is not None else ""
    return {
        "name": use.name, "label": use.label, "unit": use.unit,
        "direction": say("higher = worse") if use.direction == "direct" else say("higher = better"),
        "weight": use.weight, "width": f"{100 * (use.weight or 0):.1f}", "bounds": bounds,
        "weight_text": f"{use.weight:.3f}" if use.weight is not None else "",
        "imputed": use.n_imputed, "rejected": use.n_rejected, "observed": use.n_observed,
        "origin": ", ".join(p for p in (use.source, use.year) if p), "how": use.how_made,
    }  # fmt: skip


def axes(run: AnalysisRun, uses: list[VariableUse]) -> list[dict[str, Any]]:
    """Return the other choices, axis by axis, in words."""
    labels = {u.name: u.label for u in uses}
    found = []
    for key, title in AXES:
        rows = [r for r in run.card.get("alternatives", []) if r["axis"] == key]
        if not rows:
            continue
        done = [r for r in rows if not r["reason"]]
        found.append(
            {
                "key": key, "title": say(title), "of": len(rows), "done": len(done),
                "many": len(rows) > 8,
                "lowest": f"{min(r['spearman'] for r in done):.2f}" if done else "",
                "largest": max((r["largest"] for r in done), default=0),
                "rows": [_alternative(r, labels) for r in rows],
            }
        )  # fmt: skip
    return found


def _alternative(r: dict[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    label = r["label"]
    if r["axis"] in ("positivity", "ratio"):
        definition, level, age = r["key"].split("/")
        label = f"{SHORT[definition]}; {LEVEL_LABELS[level].lower()}; {AGE_LABELS[age].lower()}"
    elif r["axis"] == "exceeding":
        label = EXCEEDING[r["key"]]
    elif r["axis"] == "leave_out":
        label = f"without {labels.get(r['key'], r['key'])}"
    if r["reason"]:
        return {"label": label, "reason": r["reason"]}
    return {
        "label": label, "reason": "", "spearman": f"{r['spearman']:.2f}",
        "kendall": f"{r['kendall']:.2f}", "largest": r["largest"], "ward": r["largest_ward"],
        "entering": r["entering"], "beyond": r["beyond"],
    }  # fmt: skip


def _before(workflow: Workflow, run: AnalysisRun, params: Mapping[str, str]) -> AnalysisRun | None:
    wanted = params.get("with", "")
    if wanted:
        return next((r for r in analysis_api.other_runs(run) if str(r.pk) == wanted), None)
    return analysis_api.run_before(workflow, run)


def _comparison(run: AnalysisRun, before: AnalysisRun) -> dict[str, Any]:
    found = analysis_api.compare(before, run)
    return {
        "before": before, "found": found, "changed": changed_words(before, run),
        "spearman": f"{found.spearman:.2f}" if found.spearman is not None else "",
        "kendall": f"{found.kendall:.2f}" if found.kendall is not None else "",
    }  # fmt: skip


def changed_words(before: AnalysisRun, run: AnalysisRun) -> str:
    """Say in what two runs differ, from their rows."""
    said = []
    for name in ("profile", "normalisation", "draws", "seed"):
        a, b = getattr(before, name), getattr(run, name)
        if a != b and not (name == "normalisation" and "legacy" in (before.profile, run.profile)):
            said.append(f"{name} {a} → {b}")
    old, new = before.card.get("weights", {}), run.card.get("weights", {})
    gone, came = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    if gone:
        said.append(f"without {', '.join(gone)}")
    if came:
        said.append(f"with {', '.join(came)}")
    moved = sorted(
        (n for n in new if n in old and abs(new[n] - old[n]) > 1e-9),
        key=lambda n: -abs(new[n] - old[n]),
    )
    if moved and not (gone or came):
        most = moved[0]
        others = say(", {moved} others with it", moved=len(moved) - 1) if len(moved) > 1 else ""
        said.append(
            say(
                "weight of {most} {old:.3f} → {new:.3f}{others}",
                most=most,
                old=old[most],
                new=new[most],
                others=others,
            )
        )
    if before.result_id != run.result_id:
        said.append(say("another ward TPR"))
    return "; ".join(said) or say("nothing that can change a rank but the inputs")


def card_rows(run: AnalysisRun) -> list[tuple[str, str]]:
    """Return the run card as label and text (risk.md section 16)."""
    card = run.card
    source, listed = card.get("source") or {}, card.get("ward_list") or {}
    rows = [
        (say("Run"), str(run.uuid)), (say("Release"), str(card.get("release") or "")),
        (say("Algorithm"), run.algorithm), (say("Registry"), run.registry_version),
        (say("Profile"), run.profile), (say("Normalisation"), str(card.get("normalisation") or "")),
        (say("Draws"), count(card.get("draws") or 0)), (say("Seed"), str(run.seed)),
        (say("Generator"), str((card.get("facts") or {}).get("generator") or "none")),
        (say("Ward list"), f"{listed.get('name', '')} {listed.get('year') or ''}".strip() or "none"),
        (say("Workflow"), source.get("workflow", "")), (say("Result"), str(source.get("result") or "")),
        (say("Upload, SHA-256"), source.get("upload_sha256") or source.get("file_sha256") or ""),
        (say("State"), source.get("state", "")), (say("Level"), source.get("level", "")),
        (say("Age group"), source.get("age_group", "")), (say("Definition"), source.get("definition", "")),
        (say("More positives than tests"), source.get("exceeding", "")),
        (say("Months"), f"{source.get('period_start') or 'first'} to {source.get('period_end') or 'last'}"
         if source.get("state") else ""),
        (say("Wards in"), count(run.n_wards or 0)),
        (say("Wards out"), plural(len(card.get("wards_out", [])), "ward")),
        (say("Fingerprint, SHA-256"), run.fingerprint), (say("Started"), card.get("started_at") or ""),
        (say("Finished"), card.get("finished_at") or ""), (say("Asked by"), run.owner.partition(":")[0]),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value]
