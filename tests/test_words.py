"""Every sentence of the screens has its English, and no English is left over or lost a placeholder."""

import polib
import pytest

from hoso.cli import words


@pytest.fixture
def folder(tmp_path):
    """Writes a catalogue: `folder(room, sentence=english, …)`."""

    def write(room: str, **entries: str) -> None:
        catalogue = polib.POFile()
        catalogue.extend(polib.POEntry(msgid=key.replace("_", " "), msgstr=text) for key, text in entries.items())
        catalogue.save(str(tmp_path / f"{room}.po"))

    write.path = tmp_path
    return write


def wanted(*texts: str) -> dict[tuple[str, str], words.Sentence]:
    """What the screens ask for."""
    return {("", text): words.Sentence("", text, "a.html") for text in texts}


def test_english_is_whole():
    catalogue, problems = words.joined()
    problems += words.compared(catalogue, {(each.context, each.text): each for each in words.sentences()})
    assert not problems, "\n".join(problems)


def test_missing_and_unused_sentences_are_named(folder):
    folder("a", xin_chào="hello", cũ="old")
    catalogue, problems = words.joined(folder.path)
    assert problems == []
    found = words.compared(catalogue, wanted("xin chào", "mới"))
    assert found == ["no English: 'mới' (a.html)", "a.po: unused 'cũ'"]


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [("còn %(count)d ngày", "days left"), ("xin <b>chào</b>", "hello"), ("mã {code}", "code {number}"), ("còn", "")],
)
def test_lost_placeholders_and_empty_translations_are_named(folder, vietnamese, english):
    folder("a", **{vietnamese: english})
    assert len(words.joined(folder.path)[1]) == 1


def test_two_rooms_may_not_say_the_same_differently(folder):
    folder("a", xin_chào="hello")
    folder("b", xin_chào="good day")
    assert words.joined(folder.path)[1] == ["b.po: 'xin chào' is 'hello' in a.po"]


def test_sentences_are_found_wherever_they_stand():
    template = """
    {% translate "một" %} {% translate 'hai' as x %} {{ _("ba") }} {% field id="a" label=_("bốn") %}{% endfield %}
    {% blocktranslate with name=who trimmed %}
      năm {{ name }}
      nữa{% endblocktranslate %}
    {% blocktranslate count n=3 trimmed %}sáu {{ n }}{% plural %}bảy {{ n }}{% endblocktranslate %}
    {% translate "tám" context "số" %} {% translate "100%" %}
    """
    assert set(words.of_template(template)) == {
        ("", "một"), ("", "hai"), ("", "ba"), ("", "bốn"), ("", "năm %(name)s nữa"), ("", "sáu %(n)s"), ("số", "tám"),
        ("", "100%%"),
    }  # fmt: skip
    code = 'from x import gettext as _\n_("một" " câu"); ngettext("hai", "ba", 2); pgettext("ngữ cảnh", "bốn"); _(name)'
    assert set(words.of_code(code)) == {("", "một câu"), ("", "hai"), ("ngữ cảnh", "bốn")}


def test_what_is_compiled_is_what_a_page_says(folder, tmp_path, monkeypatch):
    folder("a", xin_chào="hello")
    monkeypatch.setattr(words, "COMPILED", tmp_path / "build" / "django.mo")
    monkeypatch.setattr(words, "joined", lambda: (polib.pofile(str(tmp_path / "a.po")), []))
    monkeypatch.setattr("sys.argv", ["words"])
    words.main()
    assert polib.mofile(str(tmp_path / "build" / "django.mo"))[0].msgstr == "hello"
