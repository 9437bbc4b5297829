"""What constraints cannot say: an append-only ledger, and parts stored without compression."""

from django.db import migrations

LEDGER_IS_APPEND_ONLY = """
CREATE FUNCTION tpr_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Retention (`purge`) deletes whole workflows and says so for its transaction.
  IF TG_OP = 'DELETE' AND current_setting('chatmrpt.purging', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER workflowevent_append_only BEFORE UPDATE OR DELETE ON tpr_workflowevent
  FOR EACH ROW EXECUTE FUNCTION tpr_ledger_is_append_only();
"""
LEDGER_UNDO = """
DROP TRIGGER workflowevent_append_only ON tpr_workflowevent;
DROP FUNCTION tpr_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("tpr", "0001_initial")]

    operations = [
        migrations.RunSQL(LEDGER_IS_APPEND_ONLY, LEDGER_UNDO),
        migrations.RunSQL(
            "ALTER TABLE tpr_uploadpart ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE tpr_uploadpart ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
