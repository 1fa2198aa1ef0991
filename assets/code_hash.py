"""A hash of code: what a result depends on besides its input. If neither changed, it is not made again."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_hash(*folders: Path, suffixes: tuple[str, ...] = (".py", ".sql")) -> str:
    """Return a hash of the files of folders on this machine with these suffixes, as first used."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in suffixes):
            digest.update(f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
