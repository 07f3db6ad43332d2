"""word2vec, more than ten times faster, with gensim's interface."""
