from django.db import migrations

from hoso.base.db import append_only


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [
        *append_only("approvals_confirmation"),
        *append_only("approvals_sentback"),
        *append_only("approvals_manifestline"),
    ]
