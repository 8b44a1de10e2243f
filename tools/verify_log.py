"""Verify an export of hoso's log on a machine that has nothing of hoso's: Python's standard library and `openssl`.

    python3 -I verify_log.py EXPORT [--key node.pem] [--anchors seals.jsonl] [--every]

Each event is hashed in its one spelling (sorted keys, no spaces, UTF-8), the hashes of a batch make the root of its
seal, each seal names the one before, and the node's key (Ed25519) signs each. The signature of the newest seal covers
all before it through the chain; --every checks the signature of each. --key is the node's public key as you got it from
elsewhere, --anchors the file of anchors: then a cut-off or replaced end shows, too. Exit 0: whole, 1: not, 2: misuse
"""

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

GENESIS = "0" * 64


class Broken(Exception):
    """The first thing that does not hold."""


def digest(value):
    """SHA-256 of a JSON value in the one spelling."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def signed(key, data, signature):
    """Whether openssl finds the Ed25519 signature (base64url) of the key (PEM) over the data good."""
    with tempfile.TemporaryDirectory() as folder:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        for name, content in (("key", key.encode()), ("data", data), ("sig", raw)):
            Path(folder, name).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "data"]
        return (
            subprocess.run([*command, "-sigfile", "sig"], cwd=folder, capture_output=True, check=False).returncode == 0
        )


def verify(lines, key, every):
    """Seals by number, counts of events and of loose ones; Broken."""
    head = json.loads(next(lines))
    if head.get("hoso") != "log/1":
        raise Broken("this is no export of the log")
    if key is not None and key.strip() != head["key"].strip():
        raise Broken("the key in the export is not the one you gave")
    key, seals, previous, events, loose, last, end = head["key"], {}, GENESIS, 0, 0, None, None
    for line in lines:
        said = json.loads(line)
        if end is not None:
            raise Broken("something follows the end of the export")
        if "seal" in said:
            last = seal = said["seal"]
            number = len(seals) + 1
            if seal["number"] != number:
                raise Broken(f"seal {number} is missing")
            if seal["previous"] != previous:
                raise Broken(f"seal {number} does not follow the one before")
            whole = hashlib.sha256()
            if len(seal["events"]) != seal["count"]:
                raise Broken(f"seal {number} miscounts its events")
            for wanted in seal["events"]:
                event = json.loads(next(lines, "{}")).get("event")
                if event is None or event.get("id") != wanted:
                    raise Broken(f"seal {number}: event {wanted} is missing")
                whole.update(bytes.fromhex(digest(event)))
            if whole.hexdigest() != seal["root"]:
                raise Broken(f"seal {number}: an event was changed ({seal['events'][0]} to {seal['events'][-1]})")
            link = {name: seal[name] for name in ("number", "count", "at", "root", "previous")}
            if digest(link) != seal["digest"]:
                raise Broken(f"seal {number} was changed")
            if every and not signed(key, bytes.fromhex(seal["digest"]), seal["signature"]):
                raise Broken(f"seal {number}: the signature is not the node's")
            seals[number], previous, events = seal["digest"], seal["digest"], events + seal["count"]
        elif "loose" in said:
            loose += 1
        elif "end" in said:
            end = said["end"]
        else:
            raise Broken("an event stands outside its seal")
    if end != {"events": events, "seals": len(seals), "loose": loose}:
        raise Broken("the end of the export is missing")
    if last and not signed(key, bytes.fromhex(last["digest"]), last["signature"]):
        raise Broken(f"seal {last['number']}: the signature is not the node's")
    return key, seals, events, loose


def anchored(path, seals):
    """Broken if a seal that was noted outside the database is gone or another."""
    for line in Path(path).read_text().splitlines():
        anchor = json.loads(line)
        if seals.get(anchor["number"]) != anchor["digest"]:
            raise Broken(f"seal {anchor['number']}, which was anchored, is gone or another")


def main():
    """Verify and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("--key", help="the node's public key (PEM) from elsewhere")
    parser.add_argument("--anchors", help="the file of anchors")
    parser.add_argument("--every", action="store_true", help="check the signature of every seal")
    asked = parser.parse_args()
    try:
        with Path(asked.export).open(encoding="utf-8") as lines:
            key, seals, events, loose = verify(lines, Path(asked.key).read_text() if asked.key else None, asked.every)
        if asked.anchors:
            anchored(asked.anchors, seals)
    except (Broken, KeyError, TypeError, ValueError, StopIteration, AttributeError) as error:
        print(f"BROKEN: {error if isinstance(error, Broken) else 'a line cannot be read: ' + repr(error)}")
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"whole: {events} events in {len(seals)} seals; {loose} not sealed yet, which nothing proves")
    print(f"key: {hashlib.sha256(key.strip().encode()).hexdigest()} (SHA-256 of its text; compare it with the node's)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
