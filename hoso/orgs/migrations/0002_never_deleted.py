from django.db import migrations

from hoso.base.db import never_deleted


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [never_deleted("orgs_organization", "orgs_organizationname")]
