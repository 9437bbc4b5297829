import pytest
from django.core.management import call_command

from analysis.models import Covariate, CovariateValue
from analysis.services.load_covariates import load_covariates
from analysis.tests.build import boundary_list
from chatmrpt.common.errors import DomainError
from chatmrpt.testing.shared import shared_path
from tpr.models import BoundaryList, Ward

pytestmark = pytest.mark.django_db

TABLE = """ward_code,mean_rainfall,housing,remark,population,lga_code
K000,80,0.2,dry,1200,1
K001,90,NA,wet,900,1
K002,9000,0.4,..,800,1
K003,150,-,wet,700,2
K004,..,0.6,wet,600,2
K005,170,0.7,wet,500,2
"""


@pytest.fixture
def ward_list():
    return boundary_list()


@pytest.fixture
def file(tmp_path):
    def write(text, name="covariates.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def statuses(load):
    return {v.name: v.status for v in load.variables}


def test_every_numeric_column_becomes_a_variable_bound_by_alias(ward_list, file):
    (load,) = load_covariates(file(TABLE), year="2024", source="a table of ours")
    assert statuses(load) == {
        "mean_rainfall": "loaded", "housing": "loaded", "remark": "skipped",
        "population": "skipped", "lga_code": "skipped",
    }  # fmt: skip
    rain = Covariate.objects.get(name="mean_rainfall")
    assert (rain.code, rain.direction, rain.year) == ("rainfall", "direct", "2024")
    assert rain.counts == {
        "wards": 6, "observed": 4, "missing": 1, "rejected": 1, "conflicts": 0
    }  # fmt: skip
    assert load.joined.by_code == 6
    assert dict(CovariateValue.objects.filter(covariate__name="housing").values_list(
        "ward__code", "value")) == {"K000": 0.2, "K002": 0.4, "K004": 0.6, "K005": 0.7}  # fmt: skip


def test_the_same_file_again_changes_nothing_and_another_supersedes(ward_list, file):
    load_covariates(file(TABLE))
    (again,) = load_covariates(file(TABLE))
    assert statuses(again)["housing"] == "unchanged"
    assert Covariate.objects.count() == 2
    (newer,) = load_covariates(file(TABLE.replace("0.7", "0.8")))
    assert statuses(newer)["housing"] == "loaded"
    assert Covariate.objects.filter(name="housing").count() == 2
    assert Covariate.objects.filter(name="housing", superseded_at__isnull=True).count() == 1


def test_names_join_inside_their_lga_and_likeness_does_not(ward_list, file):
    text = (
        "state,lga,ward,ndvi\nKano,North,Ajingi,0.3\nKano,South,Ajingi,0.9\nKano,South,Dundum,1\n"
    )
    (load,) = load_covariates(file(text))
    assert (load.joined.by_name, len(load.unmatched_rows)) == (1, 2)
    assert CovariateValue.objects.get().value == 0.3


def test_two_rows_for_one_ward_that_differ_leave_it_without_a_value(ward_list, file):
    text = "ward_code,ndvi\nK000,0.3\nK000,0.4\nK001,0.5\nK001,0.5\n"
    (load,) = load_covariates(file(text))
    assert load.joined.repeated == (1, 3)
    assert list(CovariateValue.objects.values_list("ward__code", "value")) == [("K001", 0.5)]


def test_per_cent_is_divided_only_when_somebody_says_so(ward_list, file):
    text = "ward_code,net_use\nK000,30\nK001,45\nK002,60\n"
    with pytest.raises(DomainError, match="--unit percent"):
        load_covariates(file(text))
    load_covariates(file(text), unit="percent")
    assert sorted(CovariateValue.objects.values_list("value", flat=True)) == [0.3, 0.45, 0.6]
    assert "divided by 100" in Covariate.objects.get().how_made


def test_a_name_nobody_registered_waits_for_a_direction(ward_list, file):
    text = "ward_code,goats\nK000,30\nK001,45\n"
    (load,) = load_covariates(file(text))
    assert "--direction" in load.variables[0].reason
    assert Covariate.objects.get(superseded_at__isnull=True).direction == "undecided"
    load_covariates(file(text), name="goats", direction="+")
    assert Covariate.objects.get(superseded_at__isnull=True).direction == "direct"


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("lga,ndvi\nNorth,1\n", {}, "NO_WARD_COLUMN"),
        ("ward_code,remark\nK000,dry\n", {}, "NO_NUMERIC_COLUMN"),
        ("ward_code,ndvi\nZZZ,0.5\n", {}, "NOTHING_JOINED"),
        (TABLE, {"name": "elevation"}, "COLUMN_MISSING"),
        (TABLE, {"unit": "mm"}, "ONE_VARIABLE_ONLY"),
        (TABLE, {"direction": "up"}, "UNKNOWN_DIRECTION"),
        (TABLE, {"list_name": "nowhere"}, "LIST_UNKNOWN"),
        (TABLE, {"state": "Atlantis"}, "UNKNOWN_STATE"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_code(ward_list, file, text, options, code):
    with pytest.raises(DomainError) as error:
        load_covariates(file(text), **options)
    assert error.value.code == code
    assert not Covariate.objects.exists()


def test_the_command_reports_and_warns(ward_list, file, capsys):
    call_command("load_covariates", str(file(TABLE + "K999,1,1,x,1,1\n")), "--year", "2024")
    out, err = capsys.readouterr()
    assert "6 of 6 wards joined" in out
    assert "mean_rainfall = rainfall" in out
    assert "warning[ROW_UNMATCHED]" in err


def test_a_missing_file_is_exit_two(ward_list, capsys):
    with pytest.raises(SystemExit) as stop:
        call_command("load_covariates", "/nowhere.csv")
    assert stop.value.code == 2
    assert "error[FILE_MISSING]" in capsys.readouterr().err


def test_niger_table_joins_275_of_275_by_code():
    import pyogrio

    archive = shared_path("data/wards/Niger_State.zip")
    table = shared_path("data/tpr/Niger_plus.csv")
    meta, _, shapes, fields = pyogrio.raw.read(f"/vsizip/{archive}")
    names = list(meta["fields"])
    codes, titles = fields[names.index("WardCode")], fields[names.index("WardName")]
    niger = BoundaryList.objects.create(name="Niger", year=2024)
    Ward.objects.bulk_create(
        Ward(list=niger, code=c, name=n, ward_key=n.lower(), state="Niger", geometry=bytes(g))
        for c, n, g in zip(codes, titles, shapes, strict=True)
    )
    (load,) = load_covariates(table, year="2024", source="WHO ward list")
    assert (load.joined.by_code, load.joined.by_name, load.joined.wards) == (275, 0, 275)
    found = {v.name: v for v in load.variables}
    assert found["housing_quality"].observed == 258
    assert found["pfpr"].observed == 274
    assert found["distance_to_water"].status == "loaded"
    assert found["avgRAD"].code == "nighttime_lights"
    # Scaled by 10,000 and per cent: outside their range, refused with the reason.
    assert found["mean_EVI"].status == "refused"
    assert found["u5_tpr_rdt"].status == "refused"
    assert "--unit percent" in found["u5_tpr_rdt"].reason
    assert found["X"].status == "skipped"
