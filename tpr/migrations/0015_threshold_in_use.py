"""A limit may be an option; the SD rule gets its fewest values (docs/decisions/0018)."""

from django.db import migrations, models

from tpr.domain.quality.thresholds import OPTIONAL


def bring_up(apps, schema_editor):
    """Switch options off; add limits that a database seeded by an earlier release lacks."""
    from tpr.domain.quality.thresholds import DEFAULTS

    QualityThreshold = apps.get_model("tpr", "QualityThreshold")
    QualityThreshold.objects.filter(code__in=OPTIONAL).update(in_use=False)
    known = set(QualityThreshold.objects.values_list("code", flat=True))
    QualityThreshold.objects.bulk_create(
        QualityThreshold(
            code=t.code, label=t.label, value=t.value, unit=t.unit, source=t.source, in_use=t.in_use
        )
        for t in DEFAULTS
        if known and t.code not in known
    )


class Migration(migrations.Migration):
    dependencies = [("tpr", "0014_bands")]

    operations = [
        migrations.AddField(
            model_name="qualitythreshold",
            name="in_use",
            field=models.BooleanField(
                default=True, help_text="Off: the option makes no flags. Only an option can be off."
            ),
        ),
        migrations.RunPython(bring_up, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="qualitythreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_use", True), ("code__in", OPTIONAL), _connector="OR"),
                name="qualitythreshold_only_options_are_off",
            ),
        ),
    ]
