"""Cost lines and ward inputs of a locked plan stay; plans made before get their cost lines as rows."""

from decimal import Decimal

from django.db import migrations

LOCKED = """
CREATE FUNCTION itn_inputs_of_locked_plans_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_plan uuid;
BEGIN
  of_plan := CASE WHEN TG_OP = 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END;
  IF EXISTS (SELECT 1 FROM itn_itnplan WHERE uuid = of_plan AND locked_at IS NOT NULL)
     AND current_setting('chatmrpt.purging', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION 'inputs of the locked plan % do not change', of_plan
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'itnplan_locked';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plancostline_locked BEFORE INSERT OR UPDATE OR DELETE ON itn_plancostline
  FOR EACH ROW EXECUTE FUNCTION itn_inputs_of_locked_plans_stay();
CREATE TRIGGER planwardinput_locked BEFORE INSERT OR UPDATE OR DELETE ON itn_planwardinput
  FOR EACH ROW EXECUTE FUNCTION itn_inputs_of_locked_plans_stay();
"""
UNDO = """
DROP TRIGGER planwardinput_locked ON itn_planwardinput;
DROP TRIGGER plancostline_locked ON itn_plancostline;
DROP FUNCTION itn_inputs_of_locked_plans_stay();
"""
KINDS = (
    ("Nets", "per_net", "cost_per_net"), ("Bales", "per_bale", "cost_per_bale"),
    ("Fixed costs", "fixed", "cost_fixed"),
)  # fmt: skip


def lines_of_older_plans(apps, schema_editor):
    lines = apps.get_model("itn", "PlanCostLine")
    for plan in apps.get_model("itn", "ItnPlan").objects.filter(parameters__has_key="cost_per_net"):
        given = [
            (name, kind, Decimal(plan.parameters.get(option) or 0)) for name, kind, option in KINDS
        ]
        lines.objects.bulk_create(
            lines(plan=plan, number=number, name=name, kind=kind, unit_cost=cost)
            for number, (name, kind, cost) in enumerate((g for g in given if g[2]), 1)
        )
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before the triggers are made


class Migration(migrations.Migration):
    dependencies = [("itn", "0007_plan_inputs")]

    operations = [
        migrations.RunPython(lines_of_older_plans, migrations.RunPython.noop),
        migrations.RunSQL(LOCKED, UNDO),
    ]
