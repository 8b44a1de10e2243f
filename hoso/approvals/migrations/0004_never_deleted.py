from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_signed_stays")]
    operations = [never_deleted("approvals_round", "approvals_manifest")]
