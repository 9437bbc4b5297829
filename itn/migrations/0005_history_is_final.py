"""Acts on a plan stay as they were; unlocking may raise the revision, and nothing else."""

from django.db import migrations

UNLOCK = """
CREATE OR REPLACE FUNCTION itn_locked_plan_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
     AND to_jsonb(NEW) - 'locked_at' - 'status' - 'revision'
       = to_jsonb(OLD) - 'locked_at' - 'status' - 'revision' THEN
    RETURN NEW;  -- unlocking
  ELSIF to_jsonb(NEW) - 'revision' = to_jsonb(OLD) - 'revision' THEN
    RETURN NEW;  -- a comment on it
  END IF;
  RAISE EXCEPTION 'plan % is locked since %', OLD.uuid, OLD.locked_at
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'itnplan_locked';
END $$;
"""
HISTORY = """
CREATE FUNCTION itn_planevent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM itn_itnplan WHERE uuid = OLD.plan_id) THEN
    RETURN OLD;  -- its plan goes with it
  END IF;
  IF TG_OP = 'DELETE' AND current_setting('chatmrpt.purging', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'acts on a plan do not change' USING ERRCODE = 'restrict_violation',
    CONSTRAINT = 'planevent_is_final';
END $$;
CREATE TRIGGER planevent_is_final BEFORE UPDATE OR DELETE ON itn_planevent
  FOR EACH ROW EXECUTE FUNCTION itn_planevent_stays();
"""
UNDO = """
DROP TRIGGER planevent_is_final ON itn_planevent;
DROP FUNCTION itn_planevent_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("itn", "0004_scenarios")]

    operations = [
        migrations.RunSQL(UNLOCK, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, UNDO),
    ]
