import django.db.models.deletion
from django.db import migrations, models

# Who left is kept where they were last.
FILL = """
UPDATE people_person SET keeper_id = job.organization_id
FROM (
    SELECT DISTINCT ON (person_id) person_id, organization_id FROM people_employment
    ORDER BY person_id, until DESC NULLS FIRST, since DESC
) job
WHERE job.person_id = people_person.id;
SET CONSTRAINTS ALL IMMEDIATE;  -- nothing may wait while the table is altered
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_never_deleted"), ("orgs", "0001_initial")]
    operations = [
        migrations.AddField(
            "person",
            "keeper",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.organization"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
