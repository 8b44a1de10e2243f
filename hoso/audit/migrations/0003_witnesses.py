from django.db import migrations, models

from hoso.base.db import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        # No digest covered it, and it means nothing after a restore.
        migrations.RemoveField(model_name="event", name="transaction"),
        *(
            migrations.AddField("event", name, models.TextField(blank=True, default=""), preserve_default=False)
            for name in ("behind", "basis", "mark")
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event", "table_name", "row_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event", models.BigIntegerField()),
                ("table_name", models.TextField()),
                ("row_id", models.TextField()),
                ("scheme", models.SmallIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [models.Index(fields=["table_name", "row_id", "-event"], name="audit_witness_newest")],
            },
        ),
        *append_only("audit_witness"),
    ]
