from django.db import migrations

# A consent opens a person to one account for reading: their rows are seen, never written. Which sections it opens is
# the application's to know.
LENT = """
CREATE OR REPLACE FUNCTION hoso_enter(mode text, account text, persons uuid[], paths text[], today date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept uuid[];
    lent uuid[];
BEGIN
    IF cardinality(paths) > 0 THEN
        SELECT array_agg(found.id) INTO kept FROM (
            SELECT o.id FROM orgs_organization o WHERE o.path = ANY (paths)
            UNION
            SELECT o.id FROM unnest(paths) p JOIN orgs_organization o ON o.path ~>=~ (p || '.') AND o.path ~<~ (p || '/')
        ) found;
    END IF;
    IF account <> '' AND mode = '' THEN
        SELECT array_agg(DISTINCT consent.person_id) INTO lent FROM access_consent consent
        WHERE consent.reader_id = account::uuid AND today BETWEEN consent.since AND consent.until
            AND consent.given_at IS NOT NULL AND (consent.agreed_at IS NOT NULL OR NOT consent.needs_person)
            AND consent.refused_at IS NULL AND consent.withdrawn_at IS NULL;
    END IF;
    kept := persons || kept;
    PERFORM set_config('hoso.mode', mode, true),
            set_config('hoso.kept', kept::text, true),
            set_config('hoso.seen', (kept || lent)::text, true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_living"), ("people", "0004_wall")]
    operations = [migrations.RunSQL(LENT, migrations.RunSQL.noop)]
