"""The explorer: a local page to look around in vectors, ``w2v explore FILE``.

Layers, each a file: `answers` knows vectors and nothing of the web, `layout` makes the map, `app` is the WSGI
application with all that is checked about a request, `server` runs it. The page itself, in ``page/``, is plain HTML,
CSS and JavaScript modules: it needs no library, and loads nothing from elsewhere.
"""
