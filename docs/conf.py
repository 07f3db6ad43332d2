"""Settings of Sphinx for the site; tools/build_docs.py gathers the pages."""

import w2v

project = "w2v"
author = "The w2v developers"
copyright = author
version = release = w2v.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nb_execution_mode = "cache"  # only what has changed since the last time runs again
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120  # seconds for a cell
html_theme = "furo"
html_title = f"w2v {release}"
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types are written for readers: "array of shape (n, d)"
