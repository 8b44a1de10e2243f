"""The house keeps its own rules: each test here is one sentence of CONTRIBUTING.md."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

from hoso.approvals import rules as approvals
from hoso.audit import rules as audit
from hoso.audit import witnesses
from hoso.changes import rules as changes
from hoso.ops import documents
from hoso.records import codes
from hoso.records.forms import FORMS
from hoso.records.forms.grammar import Tier, sections, walk
from hoso.regulation import rules as regulation

ROOT = Path(__file__).parent.parent
PRODUCT = ROOT / "hoso"
SOURCES = sorted(path for path in PRODUCT.rglob("*.py") if "migrations" not in path.parts)
OURS = [model for model in apps.get_models() if model.__module__.startswith("hoso.")]
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "acreate",
    "asave",
    "adelete",
}
NOT_IN_THE_HOUSE = {"utils", "helpers", "services", "managers", "signals", "exceptions", "constants", "common_utils"}
ROOMS = {"audit", "orgs", "people", "access", "duties", "documents", "signing", "records", "changes", "approvals"}
SIZE = 400  # lines: near 400 a file becomes a package


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_actions(path: Path) -> bool:
    return path.name == "actions.py" or path.parent.name == "actions"


def name_of(path: Path) -> str:
    return str(path.relative_to(PRODUCT))


@pytest.mark.parametrize("path", [path for path in SOURCES if not is_actions(path)], ids=name_of)
def test_only_actions_write(path):
    """Nothing outside actions calls a writing method of a queryset or a row."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            said = ast.unparse(node.func.value)
            if said in {"node", "digest", "hashlib", "whole", "total", "hmac", "known", "held", "found", "kept"}:
                continue  # hashes and dictionaries have `update`, and ops.node has `create`
            assert not _is_row(said), f"{path}:{node.lineno} writes outside actions: {ast.unparse(node)[:80]}"


def _is_row(said: str) -> bool:
    return ".objects" in said or said in {"self", "change", "record", "account", "person", "version", "row", "grant"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_a_room_not_a_hall(path):
    """A file stays under some 400 lines, and has a name that the house knows."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= SIZE
    assert path.stem not in NOT_IN_THE_HOUSE


def test_only_one_file_may_use_signals():
    """Signals hide who calls whom: allauth alone needs them."""
    using = {name_of(path) for path in SOURCES if "signals import" in path.read_text(encoding="utf-8")}
    assert using <= {"access/allauth.py"}


@pytest.mark.parametrize("path", [path for path in SOURCES if path.stem in {"rules", "roles"}], ids=name_of)
def test_rules_read_no_clock(path):
    """A rule is told the day; it never asks what time it is."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(timezone\.now|datetime\.now|date\.today|datetime\.utcnow|time\.time)\(", text)


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.parts[-2] == "views" or "views" in path.parts], ids=name_of
)
def test_views_read_one_clock(path):
    """`request.at` is the only clock of a view, and its day is Vietnam's."""
    text = path.read_text(encoding="utf-8")
    assert "timezone.now(" not in text and "date.today(" not in text and "request.at.date()" not in text


@pytest.mark.parametrize("path", [path for path in SOURCES if is_actions(path)], ids=name_of)
def test_an_act_says_who_and_when(path):
    """Every public action takes `by` and `at` by name, or is a step that its caller's act has opened."""
    steps = {"lock", "open_", "close", "seal", "take_change", "move", "note", "seal_draft", "shown_text"}
    steps |= {"why_not_ready", "why_not_now", "unfinished", "record", "note_sign_in", "find"}
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "note_")) and node.name not in steps:
            named = {argument.arg for argument in node.args.kwonlyargs}
            assert {"by", "at"} <= named, f"{path}: {node.name} does not say who and when"
            assert not [default for default in node.args.kw_defaults if default], f"{path}: {node.name} has a default"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_functions_are_described(path):
    """A public function says what its name cannot."""
    if "management" in path.parts or path.name in {"apps.py", "models.py"}:
        return
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name} has no docstring"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_who_and_when_come_in_pairs(model):
    """Every `x_by` has its `x_at`, and the database holds that both or neither are there."""
    names = {field.name for field in model._meta.local_fields}
    stems = {name[:-3] for name in names if name.endswith("_by") and name != "key_by" and name != "signed_key_by"}
    constraints = {constraint.name for constraint in model._meta.constraints}
    for stem in stems:
        assert f"{stem}_at" in names
        assert f"{model._meta.app_label}_{model._meta.model_name}_{stem}_paired" in constraints


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_nothing_legal_cascades(model):
    """Deleting a row never takes others with it."""
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, field


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_nothing_of_ours_can_be_deleted(model):
    """QĐ 31/2023 Điều 11: everything is kept; the application's own role has no right to remove a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'DELETE'), has_table_privilege(%s, 'TRUNCATE')", 2 * [model._meta.db_table]
        )
        assert cursor.fetchone() == (False, False)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_is_witnessed_is_said_for_every_column(model):
    """A table is witnessed in all its columns, with a reason for each that is not, or is free with a reason."""
    table = model._meta.db_table
    if table in witnesses.FREE:
        assert table not in witnesses.SCHEMES
        return
    columns = {field.column: field for field in model._meta.local_concrete_fields}
    left_out = witnesses.NOT_WITNESSED.get(table, {})
    covered = witnesses.SCHEMES[table][-1].split()
    assert {*covered, *left_out} == {*columns} and not {*covered} & {*left_out}, "a new column makes a new scheme"
    assert covered[0] == model._meta.pk.column
    for name in covered:  # spelled by what they are called, since settings of the session have a say in their text
        assert (name in witnesses.BYTES) == isinstance(columns[name], models.BinaryField), name
        assert name.endswith("_at") == isinstance(columns[name], models.DateTimeField), name
        assert not isinstance(columns[name], models.FloatField), name


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_field_is_declared_whole(form):
    """Label, number, tier, help or example, kind and a code list that exists, for every field of every form."""
    for leaf in walk(form):
        assert leaf.label and leaf.no and leaf.kind and isinstance(leaf.tier, Tier), leaf.path
        assert leaf.example, leaf.path
        assert not leaf.codes or codes.codelist(leaf.codes), leaf.path
    for part in sections(form):
        assert part.title and part.items, part.key


@pytest.mark.parametrize("code", [path.stem for path in sorted(regulation.PROFILES.glob("*.toml"))])
def test_every_deadline_names_its_article_and_can_be_counted(code):
    """Profiles and code know the same rules; every value names an article; every term can be counted."""
    profile = regulation.profile(code)
    assert profile.keys() == regulation.RULES.keys()
    for rule, values in profile.items():
        for value in values:
            assert value.article.strip()
            if value.within.startswith(("last", "whole")):
                window = regulation.window(rule, month="2026-11", code=code)
                assert window.opens <= window.closes
            elif value.within:
                assert regulation.due(rule, start=value.since, code=code).on >= value.since


@pytest.mark.parametrize("status", changes.Status)
@pytest.mark.parametrize("move", changes.MOVES)
def test_a_change_moves_only_by_the_table(status, move):
    """Every move from every state: allowed exactly where the table has it, never once merged."""

    class Change:
        merged_into_id = None

    Change.status = status
    sources, _ = changes.MOVES[move]
    assert (changes.why_not(move, Change) is None) == (status in sources)
    Change.merged_into_id = "other"
    assert changes.why_not(move, Change) == "change_was_merged"


@pytest.mark.parametrize("status", approvals.ManifestStatus)
@pytest.mark.parametrize("move", approvals.MOVES)
def test_a_manifest_moves_only_by_the_table(status, move):
    """Every move from every state of a manifest."""
    sources, _ = approvals.MOVES[move]
    assert (approvals.why_not(move, status) is None) == (status in sources)


def test_every_audited_act_is_described_and_used():
    """The words of the log and the acts in the code are the same."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for action in audit.ACTIONS:
        assert text.count(f'"{action}"') >= 2, f"{action} is described and never logged"


def test_the_generated_documents_are_the_code():
    """docs/changes.md and its neighbours are written by `hoso docs`."""
    assert documents.stale(ROOT / "docs") == []


def test_every_setting_is_described():
    """Whatever comes from the environment stands in docs/settings.md."""
    named = set(
        re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', (PRODUCT / "settings.py").read_text(encoding="utf-8"))
    )
    described = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert named and all(f"`{name}`" in described for name in named), sorted(named)


def test_every_command_is_described():
    """Every command says what it does, and the runbook knows it."""
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    for path in sorted((PRODUCT / "cli" / "management" / "commands").glob("[a-z]*.py")):
        assert "help = " in path.read_text(encoding="utf-8"), path
        assert f"hoso {path.stem.replace('_', '-')}" in runbook, path.stem


def test_every_address_has_a_name():
    """Addresses are called by name, never written into templates."""

    def walk_urls(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
        found: list[URLPattern] = []
        for each in patterns:
            found += walk_urls(each.url_patterns) if isinstance(each, URLResolver) else [each]
        return found

    for pattern in walk_urls(get_resolver().url_patterns):
        assert pattern.name, pattern.pattern
    for template in PRODUCT.rglob("templates/**/*.html"):
        links = re.findall(r'(?:href|action)="(/[^"{]+)"', template.read_text(encoding="utf-8"))
        assert not links, f"{template}: {links}"


def test_no_page_carries_script_or_style():
    """The content security policy forbids it; so do we."""
    for template in PRODUCT.rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>(?!</script>)", text), template
        assert "style=" not in text and "<style" not in text and not re.search(r"\son\w+=", text), template


def test_the_repository_needs_nothing_beside_it():
    """No file names a folder of the machine it was written on."""
    for path in [
        *SOURCES,
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "Makefile",
        *ROOT.glob("tests/**/*.py"),
    ]:
        text = path.read_text(encoding="utf-8")
        assert (
            not re.search(r"(?<![\w.])/(work/main|work/shared|work/plan|root)/", text) or path.name == "test_house.py"
        ), path


def test_days_of_profiles_are_days():
    """Every value of every profile has a first day that a calendar has."""
    for path in regulation.PROFILES.glob("*.toml"):
        for values in regulation.profile(path.stem).values():
            assert all(isinstance(value.since, date) for value in values)
