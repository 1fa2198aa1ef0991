"""The command line ``inspections``: each command is a module of ``commands``.

Errors are one sentence on stderr with exit code 1; wrong usage has exit code 2.
"""

import gc

import click

from orchestration.commands.accuracy import accuracy
from orchestration.commands.build import build
from orchestration.commands.evidence import evidence
from orchestration.commands.maintenance import examples, reference
from orchestration.commands.query import query
from orchestration.commands.release import release
from orchestration.commands.serve import serve
from orchestration.commands.ui import ui
from orchestration.commands.verify import check_site, verify
from orchestration.commands.website import website

PACKAGE = "childrens-services-inspections"
#: Objects that are created before Python looks for unused ones, by generation. Python 3.11 looks every 700.
GARBAGE_COLLECTION = (10_000, 10, 10)


class _Group(click.Group):
    """A group that lists its commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=PACKAGE, prog_name="inspections")
def main() -> None:
    """Build and query the dataset of Ofsted's inspections of English children's services.

    Start with `inspections build`, which needs no network: it reads the embedded sample of real reports.
    """
    # The modules that a command imports are several hundred thousand objects that stay in use.
    gc.set_threshold(*GARBAGE_COLLECTION)


for _command in (
    build,
    query,
    verify,
    evidence,
    release,
    website,
    serve,
    ui,
    accuracy,
    check_site,
    examples,
    reference,
):
    main.add_command(_command)


if __name__ == "__main__":
    main(prog_name="inspections")
