"""The layout of the code: one import order, Dagster in few modules, small packages."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: The import order, without exceptions: a module imports only from its own layer and from layers above it in
#: this list. A module belongs to the most specific entry; ``*.assets`` are the asset definitions.
IMPORT_ORDER = (
    ("assets.code_hash", "assets.processors", "assets.progress"),
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
    """Yield the dotted name and the path of target module of the product."""
    for package in ("assets", "orchestration"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


@cache
def syntax_tree(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@cache
def imported_modules(name):
    """Return the modules that a module imports, at any level of its code."""
    names = set()
    for node in ast.walk(syntax_tree(name)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                full_name = f"{node.module}.{alias.name}"
                names.add(full_name if full_name in MODULES else str(node.module))
    return frozenset(names)


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
    own_layer = layer(name)
    if own_layer is None:
        assert name == "assets"
        return
    lower = {
        target for target in imported_modules(name) if target in MODULES and (layer(target) or 0) > own_layer
    }
    assert lower == set()


def test_no_asset_definition_imports_another():
    definitions = {name for name in MODULES if name.startswith("assets.") and name.endswith(".assets")}
    for name in definitions:
        assert not imported_modules(name) & definitions


@pytest.mark.parametrize("name", MODULES)
def test_only_definitions_and_orchestration_import_dagster(name):
    uses_dagster = {target.split(".")[0] for target in imported_modules(name)} & {
        "dagster",
        "dagster_webserver",
    }
    assert not uses_dagster or IMPORT_ORDER[layer(name)] in DAGSTER_LAYERS


def test_packages_have_few_modules():
    levels = {}
    for path in MODULES.values():
        if path.name != "__init__.py":
            levels.setdefault(path.parent.relative_to(ROOT).as_posix(), []).append(path.name)
    assert {level: len(names) for level, names in levels.items() if len(names) > MAX_MODULES} == {}


def test_only_run_job_imports_all_definitions():
    importers = {name for name in MODULES if "orchestration.definitions" in imported_modules(name)}
    assert importers == {"orchestration.run_job"}


def test_product_does_not_import_tests():
    for name in MODULES:
        assert not {target for target in imported_modules(name) if target.split(".")[0] == "tests"}


def test_no_circular_imports():
    uses = {
        name: {target for target in imported_modules(name) if target in MODULES} - {name} for name in MODULES
    }

    def reachable(name, seen):
        for target in uses[name] - seen:
            seen.add(target)
            reachable(target, seen)
        return seen

    assert [name for name in MODULES if name in reachable(name, set())] == []


def test_imported_packages_are_declared():
    """Every imported package is a declared dependency, or listed here as a part of one."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    required, extras = pyproject.split("[project.optional-dependencies]")
    cluster = extras.split("dev = [")[0]
    distributions = {
        "bs4": "beautifulsoup4",
        "dagster_celery": "dagster-celery",
        "dagster_webserver": "dagster-webserver",
        "PIL": "pillow",
        "pydantic": "pydantic-settings",
        "pydantic_settings": "pydantic-settings",
        "pdfminer": "pdfplumber",
        "python_calamine": "python-calamine",
        "upath": "universal-pathlib",
        "urllib3": "requests",
        "werkzeug": "flask",
    }
    for name in MODULES:
        declared = required + (cluster if name.startswith("orchestration.deploy") else "")
        declared += extras if name == "assets.reference.ofsted_spreadsheets" else ""  # used by make reference
        packages = {target.split(".")[0] for target in imported_modules(name)} - {
            "assets",
            "orchestration",
            "__future__",
        }
        for package in packages - set(sys.stdlib_module_names):
            assert f'"{distributions.get(package, package)}' in declared, f"{name} imports {package}"


def test_import_does_not_read_the_environment():
    for name in MODULES:
        for statement in syntax_tree(name).body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                continue
            names = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
            assert not names & {"environ", "getenv", "environb"}, name
