"""The files for one server (``docs/deployment.md``) and for clusters agree with the code that they serve."""

import re
from importlib.util import find_spec
from pathlib import Path

import yaml

from assets.settings import Settings
from orchestration.commands.serve import FILE_MIME_TYPES, HEADERS, MIME_TYPES

FOLDER = Path(__file__).parents[2] / "orchestration" / "deploy" / "server"


def test_nginx_sends_the_headers_and_types_of_serve():
    text = (FOLDER / "nginx.conf").read_text()
    assert dict(re.findall(r'add_header (\S+) "?([^"]+?)"? always;', text)) == HEADERS
    types = dict(re.findall(r"^        (\S+) (\w+);$", text, re.MULTILINE))
    served = {
        suffix.removeprefix("."): mime.removesuffix("; charset=utf-8")
        for suffix, mime in MIME_TYPES.items()
        if suffix
    }
    assert {suffix: mime for mime, suffix in types.items()} == served
    files = dict(re.findall(r"^    location = /(\S+) { types { } default_type (\S+); }$", text, re.MULTILINE))
    assert files == FILE_MIME_TYPES


def test_env_file_sets_known_variables():
    names = re.findall(r"^(\w+)=", (FOLDER / "inspections.env").read_text(), re.MULTILINE)
    known = {field.validation_alias or name.upper() for name, field in Settings.model_fields.items()}
    assert {name for name in names if not name.startswith("DAGSTER_")} <= known


def test_service_runs_in_the_folders_of_the_guide():
    guide = (FOLDER.parents[2] / "docs" / "deployment.md").read_text()
    settings = dict(re.findall(r"^(\w+)=(.*)$", (FOLDER / "inspections.service").read_text(), re.MULTILINE))
    assert settings["WorkingDirectory"] == "/srv/inspections/app"
    assert settings["EnvironmentFile"] == "/etc/inspections.env"
    assert "useradd --system --home-dir /srv/inspections" in guide


def test_image_of_a_cluster_has_the_modules_that_its_settings_name():
    """A pod of Dagster's chart loads the launcher of runs with the packages of our image."""
    deploy = FOLDER.parent
    values = yaml.safe_load((deploy / "helm-values.yaml").read_text())
    assert values["runLauncher"]["type"] == "K8sRunLauncher"
    settings = (deploy / "dagster.cluster.yaml").read_text()
    modules = {"dagster_k8s", *re.findall(r"\bmodule: *(\w+)", settings)}
    locked = set(re.findall(r"^([\w-]+)==", (deploy / "locks" / "cluster.lock").read_text(), re.MULTILINE))
    for module in modules:
        assert find_spec(module)
        assert module == "orchestration" or module.replace("_", "-") in locked
