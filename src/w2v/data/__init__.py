"""Novels for the demo: Jane Austen's six and seven books of Sherlock Holmes, one sentence a line, a-z only."""
