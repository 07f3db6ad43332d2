"""Thirteen novels for the demo, one sentence a line: Austen's six, and seven books about Sherlock Holmes."""
