"""Ids become vectors: settings, vocabulary, epochs and threads around the compiled trainer, and what a model saves."""
