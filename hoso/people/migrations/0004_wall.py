from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from hoso.base.db import told, walled

# What a transaction was told (hoso/base/identity.py). A setting that ended with an earlier transaction is '', not NULL.
TOLD = """
CREATE FUNCTION hoso_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('hoso.mode', true) IN ('node', 'whole'), false) $$;

-- Organisations and single persons: ids are unique across tables, and one list is quicker to ask than two.
CREATE FUNCTION hoso_kept() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('hoso.kept', true), ''), '{}')::uuid[] $$;

-- The same, and whoever is only lent for reading.
CREATE FUNCTION hoso_seen() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('hoso.seen', true), ''), '{}')::uuid[] $$;

-- The organisations under the paths are looked up once a transaction, not once a statement.
CREATE FUNCTION hoso_enter(mode text, account text, persons uuid[], paths text[], today date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept uuid[];
BEGIN
    IF cardinality(paths) > 0 THEN
        SELECT array_agg(found.id) INTO kept FROM (
            SELECT o.id FROM orgs_organization o WHERE o.path = ANY (paths)
            UNION
            SELECT o.id FROM unnest(paths) p JOIN orgs_organization o ON o.path ~>=~ (p || '.') AND o.path ~<~ (p || '/')
        ) found;
    END IF;
    kept := persons || kept;
    PERFORM set_config('hoso.mode', mode, true),
            set_config('hoso.kept', kept::text, true),
            set_config('hoso.seen', kept::text, true);
END $$;
"""
TOLD_BACK = """
DROP FUNCTION hoso_enter(text, text, uuid[], text[], date);
DROP FUNCTION hoso_seen();
DROP FUNCTION hoso_kept();
DROP FUNCTION hoso_everything();
"""

# hoso_inside says whether a function of the owner's is at work for somebody else. It is called IMMUTABLE, which it is
# as long as nobody changes roles within a plan, so that it is gone before the plan is made: a condition that stayed
# would keep LIKE from its index, because LIKE is not leakproof.
SEEN = told("keeper_id", "id")
KEPT_NOW = SEEN.replace("hoso_seen", "hoso_kept")
KEPT = f"""
CREATE FUNCTION hoso_inside() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN RETURN current_user <> session_user; END $$;

CREATE POLICY inside ON people_person FOR SELECT TO CURRENT_USER USING (hoso_inside());
CREATE POLICY seen ON people_person FOR SELECT USING ((SELECT hoso_everything()) OR {SEEN});
CREATE POLICY added ON people_person FOR INSERT WITH CHECK (
    (SELECT hoso_everything()) OR keeper_id = ANY ((SELECT hoso_kept())::uuid[])
);
CREATE POLICY changed ON people_person FOR UPDATE USING ((SELECT hoso_everything()) OR {KEPT_NOW});
ALTER TABLE people_person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE FUNCTION hoso_keeps(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM people_person p
        WHERE p.id = person AND (p.id = ANY (hoso_kept()) OR p.keeper_id = ANY (hoso_kept()))
    );
END $$;
"""
KEPT_BACK = """
DROP FUNCTION hoso_keeps(uuid);
ALTER TABLE people_person DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
DROP POLICY changed ON people_person;
DROP POLICY added ON people_person;
DROP POLICY seen ON people_person;
DROP POLICY inside ON people_person;
DROP FUNCTION hoso_inside();
"""

# What most questions go through knows the keeper itself, so that no policy on it needs to look at the person. The
# column is the wall's own: triggers copy it, and nothing else writes it.
COPIED = """
CREATE FUNCTION hoso_copy_keeper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.keeper_id := (SELECT keeper_id FROM people_person WHERE id = NEW.person_id);
    RETURN NEW;
END $$;

ALTER TABLE people_employment ADD COLUMN keeper_id uuid;
UPDATE people_employment SET keeper_id = (SELECT keeper_id FROM people_person WHERE id = person_id);
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TRIGGER keeper BEFORE INSERT OR UPDATE ON people_employment
FOR EACH ROW EXECUTE FUNCTION hoso_copy_keeper();

CREATE FUNCTION people_employment_keeper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_employment SET keeper_id = NEW.keeper_id WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER employment_keeper AFTER UPDATE OF keeper_id ON people_person
FOR EACH ROW WHEN (NEW.keeper_id IS DISTINCT FROM OLD.keeper_id) EXECUTE FUNCTION people_employment_keeper();
"""
COPIED_BACK = """
DROP TRIGGER employment_keeper ON people_person;
DROP FUNCTION people_employment_keeper();
DROP TRIGGER keeper ON people_employment;
ALTER TABLE people_employment DROP COLUMN keeper_id;
DROP FUNCTION hoso_copy_keeper();
"""

# The two questions that go through the wall. One answers yes or no; the other adds the scope itself.
ASKED = f"""
CREATE FUNCTION hoso_pin_known(sought bytea) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN RETURN EXISTS (SELECT FROM people_person WHERE pin_index = sought); END $$;

CREATE FUNCTION hoso_people_named(words text[], most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked text;
BEGIN
    SELECT string_agg(format('name_plain LIKE %L', '%' || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%'), ' AND ')
    INTO asked FROM unnest(words) word;
    IF asked IS NULL THEN
        RETURN;
    END IF;
    IF NOT hoso_everything() THEN
        asked := asked || format(
            ' AND (keeper_id = ANY (%1$L) OR id = ANY (%1$L))', hoso_seen()::text
        );
    END IF;
    RETURN QUERY EXECUTE 'SELECT id FROM people_person WHERE ' || asked || ' LIMIT $1' USING most;
END $$;

REVOKE EXECUTE ON FUNCTION hoso_pin_known(bytea), hoso_people_named(text[], integer) FROM PUBLIC;
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{settings.HOSO_APP_ROLE}') THEN
    GRANT EXECUTE ON FUNCTION hoso_pin_known(bytea), hoso_people_named(text[], integer) TO {settings.HOSO_APP_ROLE};
END IF; END $$;

CREATE INDEX people_person_name_parts ON people_person USING gin (name_plain gin_trgm_ops);
"""
ASKED_BACK = """
DROP INDEX people_person_name_parts;
DROP FUNCTION hoso_people_named(text[], integer);
DROP FUNCTION hoso_pin_known(bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_keeper")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(TOLD, TOLD_BACK),
        migrations.RunSQL(COPIED, COPIED_BACK),
        migrations.RunSQL(KEPT, KEPT_BACK),
        walled("people_employment", sees=told("keeper_id", "person_id"), person="person_id"),
        migrations.RunSQL(ASKED, ASKED_BACK),
    ]
