"""The command `hoso`: starts the database when the command needs one, then hands over to Django's command line."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from hoso.base import cluster
from hoso.base.errors import Invalid, Refused

COMMANDS = Path(__file__).parent / "management" / "commands"
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "database",
    "diffsettings",
    "docs",
    "doctor",
    "findstatic",
    "help",
    "makemessages",
    "profile",
    "verify",
}
BY_OWNER = {"createcachetable", "migrate", "optimizemigration", "sqlmigrate", "squashmigrations"}
SERVING = {"demo", "run"}  # what they started they stop


def main() -> None:
    """Entry point of the console script and of manage.py; ends with 0, 1 (Django's refusals) or 2 (ours)."""
    words = sys.argv[1:]
    if words and (COMMANDS / f"{words[0].replace('-', '_')}.py").exists():
        words[0] = words[0].replace("-", "_")  # people type verify-chain
    if words in ([], ["--help"], ["-h"], ["help"]):
        print(_overview())
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoso.settings")
    try:
        _carry_out(words)
    except KeyboardInterrupt:
        sys.exit(130)
    except (Refused, cluster.Unusable) as refusal:
        sys.exit(_complain(refusal))


def home() -> Path:
    """HOSO_HOME, the folder of data, keys and files."""
    return Path(os.environ.get("HOSO_HOME") or Path(__file__).resolve().parents[2] / "var").resolve()


def as_owner(*words: str) -> None:
    """Run one command of ours in a process of its own, on the role that owns the tables: `as_owner("migrate")`."""
    command = [sys.executable, "-m", "hoso.cli.main", *words]
    done = subprocess.run(command, env=os.environ | {"HOSO_DB_ROLE": "owner"}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _carry_out(words: list[str]) -> None:
    command = words[0]
    if command in BY_OWNER:
        os.environ["HOSO_DB_ROLE"] = "owner"
        if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_OWNER_URL"):
            _say("DATABASE_OWNER_URL is not set: the role of DATABASE_URL is taken, and it must own the tables.")
    ours = not os.environ.get("DATABASE_URL") and _needs_database(words)
    started = ours and cluster.status(home()).pid is None
    if ours:
        cluster.ensure(home())
    try:
        _django(words)
    finally:
        if started and command in SERVING:
            cluster.stop(home())


def _needs_database(words: list[str]) -> bool:
    if "--help" in words or "-h" in words or words[0].startswith("-"):
        return False
    return words[0] not in WITHOUT_DATABASE and not (words[0] == "makemigrations" and "--check" in words)


def _django(words: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    from hoso.base.identity import NODE, acting_as

    try:
        with acting_as(NODE):
            execute_from_command_line(["hoso", *words])
    except OperationalError as error:
        raise cluster.Unusable(f"The database cannot be used: {str(error).splitlines()[0]}") from error


def _complain(refusal: Exception) -> int:
    """One line on the error output for what was refused; the exit code."""
    said = str(refusal)
    if isinstance(refusal, Refused):
        from hoso.base.refusals import sentence  # needs Django's settings, which some refusals come before

        said = f"{sentence(refusal.code, refusal.said)} ({refusal.code})"
    if isinstance(refusal, Invalid):
        said = "; ".join([said, *(": ".join(map(str, problem)) for problem in refusal.problems)])
    _say(said)
    return 2


def _overview() -> str:
    """Every command of ours with its sentence, read from the source so that nothing has to be loaded."""
    commands = [f"  {file.stem:<16} {_sentence(file)}" for file in sorted(COMMANDS.glob("[a-z]*.py"))]
    commands.append(f"  {'migrate':<16} Bring the tables to the newest version, as their owner.")
    return "\n".join(["hoso COMMAND [OPTIONS]    (hoso COMMAND --help tells more)", "", *commands])


def _sentence(file: Path) -> str:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "help":
            return str(ast.literal_eval(node.value))
    return ""


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    main()
