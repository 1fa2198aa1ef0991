"""Imports run one way, and few modules know Dagster."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: What a package may import of the project beside itself; the faces to Dagster may import more.
MAY_IMPORT = {
    "assets.tables": set(),
    "assets.reading": {"assets.tables"},
    "assets.authorities": {"assets.tables"},
    "assets.publications": {"assets.tables"},
    "assets.files": {"assets.tables", "assets.publications"},
    "assets.extraction": {"assets.tables", "assets.reading"},
    "assets.themes": {"assets.tables"},
    "assets.release": {"assets.tables", "assets.files", "assets.reading", "assets.extraction"},
    "assets.website": {"assets.release", "assets.extraction"},
    "orchestration": {
        "assets.tables",
        "assets.authorities",
        "assets.publications",
        "assets.files",
        "assets.extraction",
        "assets.reading",
        "assets.themes",
        "assets.release",
        "assets.website",
    },
}
#: What a face to Dagster may know of orchestration.
FACES_MAY_IMPORT = {"orchestration.partitions", "orchestration.resources"}
#: Nothing else outside ``orchestration`` and the faces imports these.
OF_DAGSTER = {"dagster", "dagster_webserver", "orchestration"}


def modules():
    """Give every module of the product: its dotted name, its path."""
    for package in ("assets", "orchestration"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def imported(name):
    """Return the modules that a module imports, wherever in it: not the names of what is in them."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else str(node.module))
    return found


def room(name):
    """Return the package of ours that a module is in ('assets.tables'), or nothing."""
    parts = name.split(".")
    if parts[0] == "orchestration":
        return "orchestration"
    return ".".join(parts[:2]) if parts[0] == "assets" and len(parts) > 1 else ""


def is_face(name):
    return name.startswith("assets.") and name.endswith(".assets")


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_one_way(name):
    rooms = {room(each) for each in imported(name)} - {"", room(name)}
    if is_face(name):
        own = {each for each in imported(name) if room(each) == "orchestration"}
        assert own <= FACES_MAY_IMPORT
        # A face is fed by those before it: tables, listing, archive.
        rooms -= {"orchestration", "assets.tables", "assets.publications", "assets.files"}
    assert rooms <= MAY_IMPORT.get(room(name), set())


@pytest.mark.parametrize("name", MODULES)
def test_few_modules_know_dagster(name):
    known = {each.split(".")[0] for each in imported(name)} & OF_DAGSTER
    assert not known or is_face(name) or room(name) == "orchestration"


def test_only_the_command_line_imports_all_definitions():
    importers = {name for name in MODULES if "orchestration.definitions" in imported(name)}
    assert importers == {"orchestration.build"}


def test_nothing_of_the_product_imports_the_tests():
    for name in MODULES:
        assert not {each for each in imported(name) if each.split(".")[0] == "tests"}


def test_no_import_runs_in_circles():
    uses = {name: {each for each in imported(name) if each in MODULES} - {name} for name in MODULES}

    def reached(name, seen):
        for each in uses[name] - seen:
            seen.add(each)
            reached(each, seen)
        return seen

    assert [name for name in MODULES if name in reached(name, set())] == []


def test_what_is_imported_is_declared():
    """Every package that the product imports is a dependency of its own, or named here as part of one."""
    whole = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    always, extras = whole.split("[project.optional-dependencies]")
    of_a_cluster = extras.split("dev = [")[0]
    called = {
        "bs4": "beautifulsoup4",
        "dagster_celery": "dagster-celery",
        "PIL": "pillow",
        "pydantic": "pydantic-settings",
        "pydantic_settings": "pydantic-settings",
        "pdfminer": "pdfplumber",
        "upath": "universal-pathlib",
        "urllib3": "requests",
    }
    for name in MODULES:
        declared = always + (of_a_cluster if name.startswith("orchestration.deploy") else "")
        outside = {each.split(".")[0] for each in imported(name)} - {"assets", "orchestration", "__future__"}
        for package in outside - set(sys.stdlib_module_names):
            assert f'"{called.get(package, package)}' in declared, f"{name} imports {package}"


def test_importing_reads_nothing_of_the_environment():
    for name, path in MODULES.items():
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                continue
            names = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
            assert not names & {"environ", "getenv", "environb"}, name
