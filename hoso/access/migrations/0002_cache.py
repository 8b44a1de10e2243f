from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache (rate limits of sign-in live there); Django makes it only by a command."""

    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """CREATE TABLE hoso_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX hoso_cache_expires ON hoso_cache (expires);""",
            "DROP TABLE hoso_cache",
        )
    ]
