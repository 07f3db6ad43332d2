"""One module a file format, each a load_ and save_ pair, with the byte layout in its docstring."""
