"""The blueprint of the identity pages."""

from flask import Blueprint

blueprint = Blueprint("identity", __name__)
