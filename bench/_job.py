"""The whole job as a user would write it, by w2v or gensim: read a text, train, save.

Arguments: module that has Word2Vec, corpus, output, "corpus_file" or "sentences", settings as JSON.
"""

import importlib
import json
import sys

package, corpus, output, reading, settings = sys.argv[1:]
package = importlib.import_module(package)
source = {"corpus_file": corpus} if reading == "corpus_file" else {"sentences": package.LineSentence(corpus)}
package.Word2Vec(**source, **json.loads(settings)).wv.save_word2vec_format(output, binary=True)
