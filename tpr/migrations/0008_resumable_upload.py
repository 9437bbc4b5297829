"""Uploads that arrive in parts: what has come, until when it is kept, and known addresses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tpr", "0007_reading_issue_codes")]

    operations = [
        migrations.AlterField(
            model_name="upload",
            name="size",
            field=models.BigIntegerField(help_text="Bytes, as announced while they arrive."),
        ),
        migrations.AddField(
            model_name="upload",
            name="received",
            field=models.BigIntegerField(default=0, help_text="Bytes stored so far."),
        ),
        migrations.AddField(
            model_name="upload",
            name="crc32",
            field=models.BigIntegerField(
                default=0, help_text="CRC-32 of the bytes stored so far."
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="metadata",
            field=models.TextField(
                blank=True, help_text="Upload-Metadata as the client sent it.", default=""
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="upload",
            name="expires_at",
            field=models.DateTimeField(
                blank=True, null=True, help_text="An incomplete upload goes then; null: complete."
            ),
        ),
        migrations.RunSQL(
            "UPDATE tpr_upload SET received = size WHERE status <> 'receiving'",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("status", "receiving")),
                fields=["expires_at"],
                name="upload_incomplete",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received__gte", 0), ("received__lte", models.F("size"))
                ),
                name="upload_received_is_part_of_size",
            ),
        ),
        migrations.CreateModel(
            name="UploadTwin",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="twins",
                        to="tpr.upload",
                    ),
                ),
            ],
        ),
    ]
