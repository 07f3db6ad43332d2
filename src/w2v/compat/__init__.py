"""gensim's older names, as mixins of the classes that have them."""
