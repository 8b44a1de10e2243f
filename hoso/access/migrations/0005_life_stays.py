from django.db import migrations

from hoso.base.db import append_only, never_deleted


class Migration(migrations.Migration):
    dependencies = [("access", "0004_life")]
    operations = [
        never_deleted(
            "access_basis",
            "access_handover",
            "access_accountrequest",
            "access_onetimecode",
            "access_consent",
            "access_device",
        ),
        *append_only("access_accountact"),
    ]
