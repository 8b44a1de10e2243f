"""How long one core takes to read, compare, spell and seal a full sơ yếu lý lịch: `python -m benchmarks.records`."""

from collections.abc import Callable, Mapping
from datetime import date
from secrets import token_bytes
from timeit import repeat
from typing import Any

from hoso.base.canonical import canonical
from hoso.records.compare import apply, compare, rebase
from hoso.records.crypto import protect, reveal
from hoso.records.drafts import check, missing, parse, states, typed
from hoso.records.forms import Syll
from hoso.records.forms.grammar import Tier, columns, tables, walk
from hoso.records.tiers import view
from hoso.records.versions import Version, digest, guarded, leaves, new_nonce, prove, proved

TODAY = date(2026, 11, 23)
ROWS = 5
PHOTO = "0192f0aa-1111-7222-8333-444455556666:" + "ab" * 32
OWN = {"header.portrait_photo": PHOTO, "salary.salary_step": "9/9", "salary.salary_coefficient": "4,98"}


def full() -> Mapping[str, str]:
    """Every field with its example, and five rows in every table."""
    draft = {leaf.path: OWN.get(leaf.path, leaf.example) for leaf in walk(Syll) if not leaf.table}
    for table in tables(Syll):
        for leaf in columns(Syll, table.path):
            draft |= {leaf.path.replace("*", f"row{number:03}"): leaf.example for number in range(ROWS)}
    return draft


def rate(name: str, work: Callable[[], Any]) -> None:
    """Print how long some work takes: the best of twenty tries, since the machine is not ours alone."""
    best = min(repeat(work, number=20, repeat=20)) / 20
    print(f"{name:<36}{1000 * best:>8.2f} ms{1 / best:>9,.0f} /s")


def main() -> None:
    """Measure and print."""
    draft = full()
    base, problems = parse(Syll, draft, {}, on=TODAY)
    if problems:
        raise SystemExit("\n".join(f"{each.path}: {each.said}" for each in problems))
    version, key = Version(Syll.name, "p-01", 1, None, new_nonce(), base), token_bytes(32)
    stored = protect(version, key)
    rows = {f"work.work_history.new{number:03}.organisation": "Sở Nội vụ" for number in range(3)}
    change = {"identity.contact_phone": "0987654321", "family.family_own_side.row003": ""} | rows
    proposed = parse(Syll, change, base, on=TODAY).document
    current = parse(Syll, {"identity.current_address": "Hà Nội"}, base, on=TODAY).document
    edits, proof = compare(base, proposed), prove(version, "work")
    size, values = len(canonical(base)), sum(1 for _ in leaves(base))
    print(f"{values} values, {len(guarded(version)) - 1} protected, {size:,} bytes of JSON")
    rate("parse a draft of everything", lambda: parse(Syll, draft, {}, on=TODAY))
    rate("parse a draft of five changes", lambda: parse(Syll, change, base, on=TODAY))
    rate("check a document from elsewhere", lambda: check(Syll, base, on=TODAY))
    rate("missing", lambda: missing(Syll, base))
    rate("states", lambda: states(Syll, base, change, on=TODAY))
    rate("show everything as typed", lambda: typed(Syll, base, on=TODAY))
    rate("compare", lambda: compare(base, proposed))
    rate("apply five edits", lambda: apply(base, edits))
    rate("rebase five edits", lambda: rebase(edits, base, current))
    rate("digest", lambda: digest(version))
    rate("digest as stored, without a key", lambda: digest(stored))
    rate("prove a section", lambda: prove(version, "work"))
    rate("verify the proof of a section", lambda: proved(proof, digest(version)))
    rate("protect", lambda: protect(version, key))
    rate("reveal", lambda: reveal(stored, key))
    rate("view, common tier only", lambda: view(Syll, base, [Tier.COMMON]))


if __name__ == "__main__":
    main()
