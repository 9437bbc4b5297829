"""One account per name, however it is capitalised: `a.bello` and `A.Bello` are one person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX accounts_name_once ON auth_user (upper(username))",
            "DROP INDEX accounts_name_once",
        ),
    ]
