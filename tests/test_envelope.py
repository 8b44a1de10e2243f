"""Wrapping keys and what they wrap: files, a hardware module, and the node's own data keys."""

import os
import threading
from base64 import b64encode

import pytest

from hoso.base import envelope, keys
from hoso.base.envelope import NAMES, Wrapped, named, shelf
from hoso.base.errors import Refused, Unreachable


@pytest.fixture
def folder(settings, tmp_path):
    """A node's keys, none yet."""
    settings.HOSO_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def module(hardware, settings, folder):
    """A node whose new wrapping keys are made in the token."""
    hardware(settings)
    return hardware


def test_a_ring_is_made_at_first_use_and_a_new_key_is_noticed_at_once(folder):
    old = envelope.ring().wrap(b"k" * 32)
    assert old.by == "wrap-0001" and len(old.token) == 40
    shelf.add(shelf.next_name())
    ring = envelope.ring()
    assert ring.current == "wrap-0002"
    assert ring.rewrap(old).by == "wrap-0002" and ring.unwrap(ring.rewrap(old)) == ring.unwrap(old) == b"k" * 32
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_what_is_not_in_the_ring_or_was_changed_opens_nothing(folder):
    ring = envelope.ring()
    kept = ring.wrap(b"k" * 32)
    with pytest.raises(Unreachable, match="wrapping_key_missing"):
        ring.unwrap(kept._replace(by="wrap-0009"))
    for token in (kept.token[:-1] + bytes([kept.token[-1] ^ 1]), kept.token[:-8], b""):
        with pytest.raises(Refused, match="data_key_damaged"):
            ring.unwrap(kept._replace(token=token))


def test_a_retired_name_is_not_given_again(folder):
    envelope.ring()
    shelf.add("wrap-0002")
    moved = shelf.retire("wrap-0001")
    assert moved == folder / "retired" / "wrap-0001.key" and list(envelope.ring().keys) == ["wrap-0002"]
    shelf.retire("wrap-0002")
    assert shelf.next_name() == "wrap-0003"


def test_the_nodes_own_keys_rest_wrapped_and_stay_the_same(folder):
    opened = {name: envelope.named_key(name) for name in NAMES}
    assert len(set(opened.values())) == len(NAMES)
    on_disk = b"".join(path.read_bytes() for path in folder.iterdir())
    assert not [name for name, key in opened.items() if key in on_disk or b64encode(key) in on_disk]
    shelf.add("wrap-0002")
    assert set(named.wrapped_by().values()) == {"wrap-0001"}
    assert named.rewrap(envelope.ring()) == len(NAMES) and named.rewrap(envelope.ring()) == 0
    shelf.retire("wrap-0001")
    assert {name: envelope.named_key(name) for name in NAMES} == opened
    with pytest.raises(KeyError):
        envelope.named_key("other")


def test_a_key_from_before_the_ring_is_taken_over(folder):
    bare = keys.secret(folder, "identity")
    assert envelope.named_key("identity") == bare and not (folder / "identity.key").exists()
    keys.replace(folder / "identity.key", b64encode(bare))  # as a crash between writing and removing leaves it
    assert envelope.named_key("identity") == bare
    named.rewrap(envelope.ring())
    assert envelope.named_key("identity") == bare and not (folder / "identity.key").exists()


def test_two_who_make_a_key_at_once_get_the_same(folder):
    got = []
    at_once = [threading.Thread(target=lambda: got.append(envelope.named_key("index"))) for _ in range(8)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    assert len(set(got)) == 1 and len(list(folder.glob("wrap-*"))) == 1


def test_a_file_that_is_replaced_holds_the_old_bytes_or_the_new_ones(folder, monkeypatch):
    envelope.named_key("index")
    before = (folder / "index.wrapped").read_bytes()

    def power_fails(handle):
        raise OSError("power")

    monkeypatch.setattr(os, "fsync", power_fails)
    with pytest.raises(OSError, match="power"):
        keys.replace(folder / "index.wrapped", b"half")
    assert (folder / "index.wrapped").read_bytes() == before


def test_what_is_sealed_under_a_key_of_the_node_opens_only_in_its_place(folder):
    token = envelope.seal("accounts", "access.AccountRequest:1", {"pin": "022188001234"})
    assert envelope.unseal("accounts", "access.AccountRequest:1", token) == {"pin": "022188001234"}
    from cryptography.exceptions import InvalidTag

    for name, place in (("accounts", "access.AccountRequest:2"), ("factors", "access.AccountRequest:1")):
        with pytest.raises(InvalidTag):
            envelope.unseal(name, place, token)


def test_a_token_wraps_and_unwraps_and_its_key_never_leaves(module, folder):
    ring = envelope.ring()
    kept = ring.wrap(b"k" * 32)
    assert kept.by == "wrap-0001" and len(kept.token) == 40 and ring.unwrap(kept) == b"k" * 32
    assert [path.name for path in folder.iterdir()] == ["wrap-0001.pkcs11"]
    from hoso.base.envelope import device

    key = device._in_session(module.label, ring.keys["wrap-0001"]._found()._key)
    with pytest.raises(device.pkcs11.AttributeSensitive):
        key[device.Attribute.VALUE]
    for token in (kept.token[:-1] + bytes([kept.token[-1] ^ 1]), kept.token[:-8], b""):
        with pytest.raises(Refused, match="data_key_damaged"):
            ring.unwrap(Wrapped(kept.by, token))


def test_a_ring_of_both_kinds_goes_from_file_to_token(hardware, folder, settings):
    kept, index = envelope.ring().wrap(b"k" * 32), envelope.named_key("index")
    hardware(settings)
    shelf.add(shelf.next_name())
    ring = envelope.ring()
    moved = ring.rewrap(kept)
    named.rewrap(ring)
    shelf.retire("wrap-0001")
    assert envelope.ring().unwrap(moved) == b"k" * 32 and envelope.named_key("index") == index
    settings.HOSO_PKCS11_MODULE = ""
    from hoso.base.envelope import device

    device.leave()
    with pytest.raises(Unreachable, match="wrapping_device_unreachable"):
        envelope.named_key("index")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library's search on a dead session
def test_a_module_that_was_away_is_opened_again(module, folder):
    kept = envelope.ring().wrap(b"k" * 32)
    from hoso.base.envelope import device

    device._session(module.label).close()  # as when somebody pulls it out and puts it back
    assert envelope.ring().unwrap(kept) == b"k" * 32
    pin = module.pin_file.read_text()
    module.pin_file.write_text("0000")
    device._forget(module.label)
    with pytest.raises(Unreachable, match="wrapping_device_unreachable"):
        envelope.ring().unwrap(kept)
    module.pin_file.write_text(pin)
    assert envelope.ring().unwrap(kept) == b"k" * 32


def test_threads_take_turns_at_the_module(module, folder):
    ring, got = envelope.ring(), []

    def work():
        got.extend(ring.unwrap(ring.wrap(bytes([n]) * 32)) == bytes([n]) * 32 for n in range(5))

    at_once = [threading.Thread(target=work) for _ in range(4)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    assert got == [True] * 20
