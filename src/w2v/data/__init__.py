"""Six books for the demo, one sentence a line: three novels of Jane Austen's, and three books about Sherlock Holmes."""
