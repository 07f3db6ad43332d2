"""One module a command; `w2v.cli.registry` has the list, and says how to add one."""
