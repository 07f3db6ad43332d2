"""Six books for the demo, one sentence a line: three of Jane Austen's, three about Sherlock Holmes; public domain."""
