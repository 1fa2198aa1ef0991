"""The layout of the code: one import order, Dagster in few modules, small packages."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: The import order, without exceptions: a module imports only from its own layer and from layers above it in
#: this list. A module belongs to the most specific entry; ``*.assets`` are the asset definitions.
IMPORT_ORDER = (
    ("assets.progress",),
    ("assets.schema",),
    ("assets.storage",),
    ("assets.pdf",),
    ("assets.parsing",),
    ("assets.publications",),
    ("assets.reference",),
    ("assets.archive",),
    ("assets.extraction",),
    ("assets.themes",),
    ("assets.database",),
    ("assets.release",),
    ("assets.website",),
    ("assets.partitions", "assets.settings", "assets.run_process", "assets.resources", "assets.table_assets"),
    ("*.assets",),
    ("orchestration",),
)
#: Only these layers may import Dagster.
DAGSTER_LAYERS = IMPORT_ORDER[-3:]
#: A package level with more modules than this is split.
MAX_MODULES = 12


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


def layer(name):
    """Return the position of a module's layer in the import order; None for the package ``assets`` itself."""
    if name.startswith("assets.") and name.endswith(".assets"):
        return IMPORT_ORDER.index(("*.assets",))
    for position, members in enumerate(IMPORT_ORDER):
        if any(name == member or name.startswith(f"{member}.") for member in members):
            return position
    return None


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_order(name):
    own = layer(name)
    if own is None:
        assert name == "assets"
        return
    later = {each for each in imported(name) if each in MODULES and (layer(each) or 0) > own}
    assert later == set()


def test_no_asset_definition_imports_another():
    for name in MODULES:
        if name.startswith("assets.") and name.endswith(".assets"):
            assert not {
                each for each in imported(name) if each.startswith("assets.") and each.endswith(".assets")
            }


@pytest.mark.parametrize("name", MODULES)
def test_only_definitions_and_orchestration_import_dagster(name):
    uses_dagster = {each.split(".")[0] for each in imported(name)} & {"dagster", "dagster_webserver"}
    assert not uses_dagster or IMPORT_ORDER[layer(name)] in DAGSTER_LAYERS


def test_no_package_level_has_many_modules():
    levels = {}
    for path in MODULES.values():
        if path.name != "__init__.py":
            levels.setdefault(path.parent.relative_to(ROOT).as_posix(), []).append(path.name)
    assert {level: len(names) for level, names in levels.items() if len(names) > MAX_MODULES} == {}


def test_only_the_command_line_imports_all_definitions():
    importers = {name for name in MODULES if "orchestration.definitions" in imported(name)}
    assert importers == {"orchestration.run_job"}


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
        "werkzeug": "flask",
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
