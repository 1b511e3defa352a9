"""zeren consent page --out FILE: the page with which people sign in a browser, the same bytes for everybody."""

from pathlib import Path

import click

from cli.showing.output import print_json, print_lines
from ledger.messages import N_
from ledger.writing import write_new
from projections.language.catalogue import _


@click.command("page", help=N_("Write the page with which people make keys and sign in a browser, without a network."))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("sign.html"), help=N_("The page."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def page(out: Path, as_json: bool) -> None:
    from projections.reports import signing_page

    write_new(out, signing_page.page())
    if as_json:
        print_json({"file": str(out), "sha256": signing_page.page_digest()})
        return
    print_lines(
        _("{file}: each person keeps a copy and opens it in a browser; it never travels with a request").format(
            file=out
        ),
        _("SHA-256 of the page, published in README and by zeren --version --verbose:"),
        f"  {signing_page.page_digest()}",
    )
