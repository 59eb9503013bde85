"""The help: the keys, the bookmarklet, and how to log at speed."""

from flask import render_template

from tracker.accounts.gate import needs
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker

_CARRY = (
    "javascript:(()=>{{const q=new URLSearchParams({{url:location.href,title:document.title,"
    "selection:String(getSelection()).slice(0,2000)}});open('{base}/log?'+q)}})()"
)


@blueprint.get("/help")
@needs("read")
def help() -> str:
    """Which keys act, and how what is found elsewhere gets here."""
    return render_template("help.html", bookmarklet=_CARRY.format(base=tracker().settings.base_url))
