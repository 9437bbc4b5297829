"""What constraints cannot say, and the rows of the registry and the zone table."""

from django.db import migrations

DONE_HAS_ITS_SCORES = """
CREATE FUNCTION analysis_done_has_its_scores() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found integer; last_rank integer;
BEGIN
  SELECT count(*), coalesce(max(rank), 0) INTO found, last_rank
    FROM analysis_wardscore WHERE run_id = NEW.uuid;
  IF found <> NEW.n_wards OR last_rank <> NEW.n_wards THEN
    RAISE EXCEPTION 'run % is done with % of % ward scores, highest rank %',
      NEW.uuid, found, NEW.n_wards, last_rank
      USING ERRCODE = 'check_violation', CONSTRAINT = 'analysisrun_done_has_its_scores';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER analysisrun_done_has_its_scores
  AFTER INSERT OR UPDATE OF status, n_wards ON analysis_analysisrun
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'done')
  EXECUTE FUNCTION analysis_done_has_its_scores();
"""
UNDO = """
DROP TRIGGER analysisrun_done_has_its_scores ON analysis_analysisrun;
DROP FUNCTION analysis_done_has_its_scores();
"""


def seed(apps, schema_editor):
    """Write the registry and the zone table as the domain states them."""
    from analysis.domain.variables import REGISTRY
    from analysis.domain.zones import ZONES

    Variable = apps.get_model("analysis", "Variable")
    ZoneDefault = apps.get_model("analysis", "ZoneDefault")
    Variable.objects.bulk_create(
        Variable(
            code=s.code, label=s.label, aliases=list(s.aliases), unit=s.unit,
            direction=s.direction, plausible_min=s.plausible_min, plausible_max=s.plausible_max,
            role=s.role, group=s.group, source=s.source, year=s.year, transform=s.transform,
            note=s.note,
        )
        for s in REGISTRY
    )
    ZoneDefault.objects.bulk_create(
        ZoneDefault(state=state, zone=zone.name, variables=list(zone.variables))
        for zone in ZONES
        for state in zone.states
    )


def unseed(apps, schema_editor):
    apps.get_model("analysis", "Variable").objects.all().delete()
    apps.get_model("analysis", "ZoneDefault").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("analysis", "0001_initial")]

    operations = [
        migrations.RunSQL(DONE_HAS_ITS_SCORES, UNDO),
        migrations.RunPython(seed, unseed),
    ]
