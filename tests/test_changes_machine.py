"""Whatever anybody does in whatever order: no state outside the table, no broken chain, nothing for an outsider."""

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hoso.base.errors import Refused
from hoso.changes import actions, queries, rules
from hoso.changes.models import Change
from hoso.changes.rules import MOVES, Answer, Status
from hoso.records import queries as records
from hoso.records.compare import apply, compare
from hoso.records.drafts import check
from hoso.records.forms import FORMS
from tests.world import NOON, SCAN, World

ACTORS = ("an", "binh", "chi", "dung", "em", "phuc", "giang")
TYPED = {
    "identity.contact_phone": ("0986 204 715", "0912 000 111", "12", ""),
    "identity.religion": ("Phật giáo", "Không"),
    "qualification.highest_professional_qualification": ("Tiến sĩ", "Thạc sĩ", "không có bằng này"),
    "work.work_history.row002.from_month": ("08/2001", "07/2001"),
    "work.work_history.row002": ("",),
    "training.professional_education.zzz001.institution_name": ("Đại học Thủy lợi",),
}
ANSWERS = (
    Answer(True),
    Answer(False, "wrong_value", "Ghi chưa đúng."),
    Answer(False, "wrong_value", ""),
    Answer(False, "invented", "x"),
)
STEPS = {(source, target) for sources, target in MOVES.values() for source in sources}
who, paths, answers = st.sampled_from(ACTORS), st.sampled_from(list(TYPED)), st.sampled_from(ANSWERS)


class Changes(RuleBasedStateMachine):
    """The cast does things to An's record; every step is one request, refused or not."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.world = World()
        self.world.accepted()
        self.at = NOON
        self.seen = {change.pk: change.status for change in Change.objects.all()}

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def act(self, name, act):
        """One request of one person: it succeeds whole or changes nothing; Em's never succeeds."""
        try:
            with transaction.atomic():
                act(self.world.fresh(getattr(self.world, name)))
        except (Refused, KeyError):
            return
        assert name != "em", "an outsider did something"

    def change(self, number):
        found = list(Change.objects.order_by("pk").values_list("pk", flat=True))
        return found[number % len(found)]

    @rule(name=who, agency=st.booleans(), on_behalf=st.booleans())
    def opens(self, name, agency, on_behalf):
        record = self.world.record.pk
        draft = {"agency": agency, "on_behalf": on_behalf, "copy_of": None, "at": self.at}
        self.act(name, lambda by: actions.open_draft(record, by=by, **draft))

    @rule(name=who, number=st.integers(0, 9), path=paths, choice=st.integers(0, 3))
    def types(self, name, number, path, choice):
        typed = {path: TYPED[path][choice % len(TYPED[path])]}
        pk = self.change(number)
        self.act(name, lambda by: actions.save(pk, typed=typed, seen={}, done={}, by=by, at=self.at))

    @rule(name=who, number=st.integers(0, 9))
    def scans(self, name, number):
        pk, scopes = self.change(number), ["identity", "qualification", "work", "training"]
        given = {"data": SCAN, "name": "a.png", "title": "Giấy", "paths": scopes}
        self.act(name, lambda by: actions.attach(pk, by=by, at=self.at, **given))

    @rule(name=who, number=st.integers(0, 9))
    def hands(self, name, number):
        pk = self.change(number)
        self.act(name, lambda by: actions.hand(pk, by=by, at=self.at))

    @rule(name=who, number=st.integers(0, 9))
    def submits(self, name, number):
        pk = self.change(number)
        self.act(name, lambda by: actions.submit(pk, declared=True, sign=None, by=by, at=self.at))

    @rule()
    def an_sends_something(self):
        """The ordinary way, so that the machine gets somewhere."""

        def send(by):
            opened = {"agency": False, "on_behalf": False, "copy_of": None}
            change = actions.open_draft(self.world.record.pk, by=by, at=self.at, **opened)
            phone = {"identity.contact_phone": f"0912 000 {100 + len(self.seen) % 900}"}
            actions.save(change.pk, typed=phone, seen={}, done={}, by=by, at=self.at)
            given = {"data": SCAN, "name": "a.png", "title": "Giấy", "paths": ["identity", "qualification", "work"]}
            actions.attach(change.pk, by=by, at=self.at, **given)
            actions.submit(change.pk, declared=True, sign=None, by=by, at=self.at)

        self.act("an", send)

    @rule(name=who, number=st.integers(0, 9))
    def withdraws(self, name, number):
        pk = self.change(number)
        self.act(name, lambda by: actions.withdraw(pk, by=by, at=self.at))

    @rule(name=who, number=st.integers(0, 9), look=st.booleans())
    def takes(self, name, number, look):
        pk, take = self.change(number), actions.open_for_verifying if look else actions.take
        self.act(name, lambda by: take(pk, by=by, at=self.at))

    @rule(name=st.sampled_from([each for each in ACTORS if each != "em"]), number=st.integers(0, 9))
    def releases(self, name, number):
        pk = self.change(number)
        self.act(name, lambda by: actions.release(pk, by=by, at=self.at))

    @rule(name=who, number=st.integers(0, 9), whole=answers, one=answers, path=paths, paper=st.booleans())
    def decides(self, name, number, whole, one, path, paper):
        pk = self.change(number)
        self.world.record.refresh_from_db()
        head = self.world.record.head_seq
        said = {"answers": {"*": whole, path: one}, "paper_match": paper, "head_seq": head}
        self.act(name, lambda by: actions.decide(pk, by=by, at=self.at, **said))

    @rule(hours=st.sampled_from([1, 5]))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @invariant()
    def only_moves_of_the_table(self):
        now = {change.pk: change.status for change in Change.objects.all()}
        for pk, status in now.items():
            before = self.seen.get(pk)
            born = before is None and status in (Status.DRAFT, Status.RETURNED, Status.SUBMITTED)
            assert born or before == status or (before, status) in STEPS, (before, status)
        assert self.seen.keys() <= now.keys(), "nothing is ever deleted"
        self.seen = now

    @invariant()
    def the_chain_holds(self):
        self.world.record.refresh_from_db()
        assert records.chain_breaks(self.world.record) is None

    @invariant()
    def one_open_draft_of_each_side(self):
        open_ones = Change.objects.filter(status__in=rules.OPEN, merged_into=None)
        sides = list(open_ones.values_list("agency", flat=True))
        assert len(sides) == len(set(sides))

    @invariant()
    def each_version_follows_from_the_one_before(self):
        """Comparing and applying are inverse, also through the database; every document is in the one spelling."""
        before = {}
        for row in records.all_versions(self.world.record).order_by("seq").defer(None):
            after = records.document(row)
            assert apply(before, compare(before, after)) == after
            assert apply(after, compare(after, before)) == before
            assert check(FORMS[row.form], after) == []
            before = after


def test_no_order_of_acts_breaks_the_house(db):
    few = settings(max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Changes, settings=few)


def test_what_is_held_back_is_read_back(world):
    """A whole document survives the way through the database, value by value."""
    world.accepted()
    world.record.refresh_from_db()
    row = records.version(world.record)
    found = records.document(row)
    assert check(FORMS[row.form], found) == []
    assert compare(found, records.document(records.version(world.record, 1))) == []
    assert queries.is_first_entry(world.record, agency=True)
