from django.urls import path, re_path

from chatmrpt.chat.views import (
    downloads,
    history,
    honest,
    lga,
    matches,
    plans,
    plausibility,
    quality,
    runs,
    uploads,
    work,
    workflow,
)

app_name = "chat"
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UUID = rf"(?P<uuid>{ID})"
HONEST = "|".join(name.replace(".", r"\.") for name in honest.FILES)
FILES = "|".join(name.replace(".", r"\.") for name in downloads.FILES)

urlpatterns = [
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:uuid>/", uploads.upload, name="upload"),
    path("plausibility/", plausibility.sheets, name="plausibility"),
    path("plausibility/<uuid:uuid>/", plausibility.sheet, name="plausibility-sheet"),
    path("plausibility/<uuid:uuid>/flags.csv", plausibility.flags, name="plausibility-flags"),
    path("workflows/", workflow.start, name="start"),
    path("workflows/<uuid:uuid>/", workflow.page, name="workflow"),
    path("workflows/<uuid:uuid>/history/", history.page, name="history"),
    path("workflows/<uuid:uuid>/state/", workflow.state, name="state"),
    path("workflows/<uuid:uuid>/tour/", workflow.tour, name="tour"),
    path("workflows/<uuid:uuid>/messages/", workflow.messages, name="messages"),
    path("workflows/<uuid:uuid>/choices/", workflow.choices, name="choices"),
    path("workflows/<uuid:uuid>/analysis/", work.analysis, name="analysis"),
    path("workflows/<uuid:uuid>/analysis/cancel/", work.cancel, name="analysis-cancel"),
    path("workflows/<uuid:uuid>/plans/", work.plans, name="plans"),
    path("workflows/<uuid:uuid>/populations/", plans.populations, name="populations"),
    path("workflows/<uuid:uuid>/plans/<uuid:plan>/", plans.page, name="plan"),
    path("workflows/<uuid:uuid>/plans/<uuid:plan>/report/", plans.page, name="plan-report"),
    path("workflows/<uuid:uuid>/plans/<uuid:plan>/template.csv", plans.template, name="template"),
    path("workflows/<uuid:uuid>/plans/<uuid:plan>/inputs/", plans.inputs, name="plan-inputs"),
    path(
        "workflows/<uuid:uuid>/plans/<uuid:plan>/wards/<int:place>/", plans.ward, name="plan-ward"
    ),
    path(
        "workflows/<uuid:uuid>/plans/<uuid:plan>/papers/<str:name>/", plans.document, name="paper"
    ),
    re_path(
        rf"^workflows/{UUID}/plans/(?P<plan>{ID})/(?P<name>{'|'.join(plans.ACTS)})/$",
        plans.act,
        name="plan-act",
    ),
    path("workflows/<uuid:uuid>/wards/<int:row>/", workflow.ward, name="ward"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/", lga.page, name="lga"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/wards/<int:row>/", lga.ward, name="lga-ward"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/waybill/", lga.waybill, name="lga-waybill"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/lga.csv", lga.file, name="lga-file"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/comment/", lga.comment, name="lga-comment"),
    path("workflows/<uuid:uuid>/lga/<str:lga>/check/", lga.check, name="lga-check"),
    path("workflows/<uuid:uuid>/report/", downloads.report, name="report"),
    path("workflows/<uuid:uuid>/quality/", quality.page, name="quality"),
    path("workflows/<uuid:uuid>/matches/", matches.page, name="matches"),
    re_path(
        rf"^workflows/{UUID}/(?P<name>matches\.csv|matches\.xlsx|aliases\.csv)$",
        matches.file,
        name="matches-file",
    ),
    path("workflows/<uuid:uuid>/how-sure/", honest.sure, name="sure"),
    path("workflows/<uuid:uuid>/definitions/", honest.definitions, name="definitions"),
    path("workflows/<uuid:uuid>/burden/", honest.burden, name="burden"),
    path("workflows/<uuid:uuid>/ward_burden.csv", honest.burden_file, name="burden-file"),
    path("workflows/<uuid:uuid>/trend/", honest.trend, name="trend"),
    re_path(rf"^workflows/{UUID}/(?P<name>{HONEST})$", honest.file, name="honest-file"),
    path("workflows/<uuid:uuid>/calls/", quality.calls, name="calls"),
    path("workflows/<uuid:uuid>/sources.csv", quality.sources, name="sources"),
    re_path(
        rf"^workflows/{UUID}/(?P<name>(?:quality|call_list|register|revision)\.csv|quality\.xlsx)$",
        quality.file,
        name="quality-file",
    ),
    re_path(rf"^workflows/{UUID}/(?P<name>{FILES})$", downloads.file, name="file"),
    path("workflows/<uuid:uuid>/runs/<uuid:run>/", runs.page, name="run"),
    path("workflows/<uuid:uuid>/runs/<uuid:run>/report/", runs.page, name="run-report"),
    path("workflows/<uuid:uuid>/runs/<uuid:run>/wards/<int:score>/", runs.ward, name="run-ward"),
    path(
        "workflows/<uuid:uuid>/runs/<uuid:run>/deprioritise/",
        runs.deprioritise,
        name="deprioritise",
    ),
    path(
        "workflows/<uuid:uuid>/runs/<uuid:run>/deprioritise/<uuid:check>/withdraw/",
        runs.withdraw,
        name="withdraw-check",
    ),
    re_path(
        rf"^workflows/{UUID}/runs/(?P<run>{ID})/"
        r"(?P<name>ward_scores\.(?:csv|xlsx|geojson)|run\.json|map\.svg)$",
        downloads.run_file,
        name="run-file",
    ),
    re_path(
        rf"^workflows/{UUID}/plans/(?P<plan>{ID})/"
        r"(?P<name>allocation\.(?:csv|xlsx|geojson)|wards\.csv|lgas\.csv|plan\.json|map\.svg"
        r"|difference\.svg)$",
        downloads.plan_file,
        name="plan-file",
    ),
]
