import django.db.models.deletion
from django.db import migrations, models

from hoso.base.ids import uuid7


def keep_documents(apps, schema_editor):
    """Every grant that only named a number and a day gets the document they belong to, one for each organisation."""
    grants, bases = apps.get_model("access", "Grant"), apps.get_model("access", "Basis")
    kept = {}
    for grant in grants.objects.filter(basis=None).order_by("pk"):
        said = {"number": grant.basis_number, "date": grant.basis_date, "organization_id": grant.organization_id}
        key = tuple(said.values())
        if key not in kept:
            kept[key] = bases.objects.create(id=uuid7(), kind="decision", **said)
        grants.objects.filter(pk=grant.pk).update(basis=kept[key])


class Migration(migrations.Migration):
    dependencies = [("access", "0005_life_stays")]
    operations = [
        migrations.RunPython(keep_documents, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # nothing may wait while it alters
        migrations.RemoveField(model_name="grant", name="basis_number"),
        migrations.RemoveField(model_name="grant", name="basis_date"),
        migrations.AlterField(
            model_name="grant",
            name="basis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="access.basis"
            ),
        ),
    ]
