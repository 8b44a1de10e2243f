import django.contrib.postgres.fields
from django.db import migrations, models

# The hands that are known of changes made before: whoever has a place of their own, and whoever brought a scan.
KNOWN = """
UPDATE changes_change SET writers = ARRAY(
    SELECT DISTINCT hand FROM unnest(
        ARRAY[entered_by_id, handed_by_id, submitted_by_id, saved_by_id]
        || ARRAY(SELECT attached_by_id FROM changes_evidence WHERE change_id = changes_change.id)
    ) AS hand WHERE hand IS NOT NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0003_never_deleted")]
    operations = [
        migrations.AddField(
            model_name="change",
            name="writers",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
