"""The blueprint that all pages hang on; an endpoint is `pages.` and the name of its view."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
