"""What constraints cannot say: rows add up to the plan, and a locked plan does not change.

The comparison is a deferred constraint trigger on the plan, so that plan and rows may be written
in any order within a transaction. Row statements (COPY and bulk inserts of 9,400 rows included)
touch their plan once per statement, which queues the comparison again: one check per plan and
commit, not one per row.
"""

from django.db import migrations

PLAN_RECONCILES = """
CREATE FUNCTION itn_plan_reconciles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  plan itn_itnplan%ROWTYPE;
  row_count bigint; row_nets bigint; misfits bigint;
BEGIN
  SELECT * INTO plan FROM itn_itnplan WHERE uuid = NEW.uuid;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT count(*), coalesce(sum(nets), 0),
         count(*) FILTER (WHERE nets <> plan.bale_size * bales + loose_nets
                             OR loose_nets >= plan.bale_size)
    INTO row_count, row_nets, misfits
    FROM itn_wardallocation WHERE plan_id = NEW.uuid;
  IF row_nets <> plan.allocated THEN
    RAISE EXCEPTION 'rows of plan % hold % nets, the plan says %',
      plan.uuid, row_nets, plan.allocated
      USING ERRCODE = 'check_violation', CONSTRAINT = 'itnplan_rows_add_up';
  END IF;
  IF row_count <> plan.wards THEN
    RAISE EXCEPTION 'plan % has % rows, it says % wards',
      plan.uuid, row_count, plan.wards
      USING ERRCODE = 'check_violation', CONSTRAINT = 'itnplan_rows_are_complete';
  END IF;
  IF misfits > 0 THEN
    RAISE EXCEPTION '% rows of plan % break nets = % x bales + loose',
      misfits, plan.uuid, plan.bale_size
      USING ERRCODE = 'check_violation', CONSTRAINT = 'itnplan_nets_are_bales_and_loose';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER itnplan_reconciles AFTER INSERT OR UPDATE ON itn_itnplan
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION itn_plan_reconciles();
"""

LOCKED_PLAN = """
CREATE FUNCTION itn_locked_plan_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.locked_at IS NULL THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    -- Retention (`purge`) deletes whole workflows and says so for its transaction.
    IF current_setting('chatmrpt.purging', true) = 'on' THEN
      RETURN OLD;
    END IF;
  ELSIF NEW.locked_at IS NULL
     AND to_jsonb(NEW) - 'locked_at' - 'status' = to_jsonb(OLD) - 'locked_at' - 'status' THEN
    RETURN NEW;  -- unlocking, and nothing else
  END IF;
  RAISE EXCEPTION 'plan % is locked since %', OLD.uuid, OLD.locked_at
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'itnplan_locked';
END $$;
CREATE TRIGGER itnplan_locked BEFORE UPDATE OR DELETE ON itn_itnplan
  FOR EACH ROW EXECUTE FUNCTION itn_locked_plan_stays();

CREATE FUNCTION itn_rows_touch_their_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE locked uuid;
BEGIN
  SELECT plan.uuid INTO locked FROM itn_itnplan plan
    WHERE plan.locked_at IS NOT NULL AND plan.uuid IN (SELECT plan_id FROM changed) LIMIT 1;
  IF locked IS NOT NULL AND current_setting('chatmrpt.purging', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION 'rows of the locked plan % do not change', locked
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'itnplan_locked';
  END IF;
  UPDATE itn_itnplan SET allocated = allocated
    WHERE locked_at IS NULL AND uuid IN (SELECT plan_id FROM changed);
  RETURN NULL;
END $$;
CREATE FUNCTION itn_moved_rows_touch_their_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM itn_itnplan plan WHERE plan.locked_at IS NOT NULL AND plan.uuid IN
             (SELECT plan_id FROM before UNION SELECT plan_id FROM after)) THEN
    RAISE EXCEPTION 'rows of a locked plan do not change'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'itnplan_locked';
  END IF;
  UPDATE itn_itnplan SET allocated = allocated
    WHERE uuid IN (SELECT plan_id FROM before UNION SELECT plan_id FROM after);
  RETURN NULL;
END $$;
CREATE TRIGGER wardallocation_inserted AFTER INSERT ON itn_wardallocation
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION itn_rows_touch_their_plan();
CREATE TRIGGER wardallocation_deleted AFTER DELETE ON itn_wardallocation
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION itn_rows_touch_their_plan();
CREATE TRIGGER wardallocation_updated AFTER UPDATE ON itn_wardallocation
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION itn_moved_rows_touch_their_plan();
"""

UNDO = """
DROP TRIGGER wardallocation_updated ON itn_wardallocation;
DROP TRIGGER wardallocation_deleted ON itn_wardallocation;
DROP TRIGGER wardallocation_inserted ON itn_wardallocation;
DROP TRIGGER itnplan_locked ON itn_itnplan;
DROP TRIGGER itnplan_reconciles ON itn_itnplan;
DROP FUNCTION itn_moved_rows_touch_their_plan();
DROP FUNCTION itn_rows_touch_their_plan();
DROP FUNCTION itn_locked_plan_stays();
DROP FUNCTION itn_plan_reconciles();
"""


class Migration(migrations.Migration):
    dependencies = [("itn", "0001_initial")]

    operations = [
        migrations.RunSQL(PLAN_RECONCILES, migrations.RunSQL.noop),
        migrations.RunSQL(LOCKED_PLAN, UNDO),
    ]
