"""What a user may have, one module a kind: sentences of Python objects, ids, files, streams, pairs."""
