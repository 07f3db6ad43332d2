# The headers of c/ as Cython sees them: every name once, in the headers' order; they say what each promises.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "compiler.h" nogil:
    void w2v_raise(int *flag)
    int64_t w2v_observe(int64_t *number)


cdef extern from "w2v.h" nogil:
    ctypedef enum w2v_status:
        W2V_OK
        W2V_NO_MEMORY
        W2V_STOPPED
        W2V_DIVERGED

    # noise.c
    ctypedef struct w2v_alias:
        uint32_t threshold
        int32_t alias
    w2v_status w2v_alias_build(const double *weights, size_t n, w2v_alias *table)
    void w2v_alias_draw(const w2v_alias *table, size_t n, uint64_t seed, int32_t *out, size_t count)

    # text/text.c, strings.c, hash.c
    const size_t W2V_PADDING
    const int32_t W2V_LINE_END, W2V_UNKNOWN, W2V_LONGEST_SENTENCE
    ctypedef struct w2v_words:
        pass
    w2v_words *w2v_words_new()
    void w2v_words_free(w2v_words *words)
    void w2v_trim()
    w2v_status w2v_words_add(w2v_words *words, const uint8_t *text, const int64_t *lengths, size_t n)
    w2v_status w2v_words_merge(w2v_words *into, const w2v_words *source, int32_t *map)
    int32_t w2v_words_count(const w2v_words *words)
    void w2v_words_list(const w2v_words *words, int64_t *counts, int64_t *first)
    size_t w2v_words_spell(const w2v_words *words, const int32_t *ids, size_t n, uint8_t *out)
    void w2v_words_limit(w2v_words *words, int32_t limit)
    bint w2v_words_dropped(const w2v_words *words)
    ctypedef struct w2v_string:
        const void *data
        size_t length
        int width, ascii
    w2v_status w2v_words_number(w2v_words *words, const w2v_string *strings, size_t n, int add, int32_t *ids)
    size_t w2v_last_space_end(const uint8_t *text, size_t n)
    w2v_status w2v_count(w2v_words *words, const uint8_t *text, size_t n, uint64_t offset, int32_t *ids, size_t *n_ids,
                         size_t *n_ends)
    void w2v_encode(const w2v_words *words, const uint8_t *text, size_t n, bint every_end, int32_t *ids, size_t *n_ids,
                    size_t *n_ends)
    ctypedef struct w2v_block:
        size_t n_kept, n_ends, n_lines
    w2v_block w2v_remap(int32_t *ids, size_t n, const int32_t *map, bint line_open, int64_t *ends)

    # text/tokens.c
    w2v_status w2v_count_tokens(w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, uint64_t place,
                                int32_t *ids)
    void w2v_find_tokens(const w2v_words *words, const uint8_t *text, const int32_t *lengths, size_t n, int32_t *ids)
    void w2v_words_lengths(const w2v_words *words, const int32_t *ids, size_t n, int64_t *lengths)
    size_t w2v_utf8(const void *characters, int width, size_t n, uint8_t *out)
    int64_t w2v_tally_ids(const int32_t *ids, int64_t n, int64_t *counts, int32_t n_words)
    int64_t w2v_pack_walks(const int32_t *walks, int64_t rows, int64_t columns, int32_t *ids, int64_t *offsets)

    # text/rows.c
    size_t w2v_read_rows(const char *text, size_t length, int last, int binary, float *out, size_t rows, size_t columns,
                         int64_t *words, size_t *position)
    const size_t W2V_NUMBER_CHARS
    size_t w2v_write_rows(const char *words, const int64_t *ends, const float *vectors, size_t stride, size_t rows,
                          size_t columns, char *out)

    # kernels/dispatch.c
    ctypedef struct w2v_kernels:
        pass
    const w2v_kernels *w2v_kernel_set(int i)
    const char *w2v_kernel_set_name(const w2v_kernels *kernels)

    # rng.h
    ctypedef struct w2v_rng:
        pass

    # train/train.c
    ctypedef enum w2v_kernel:
        W2V_BATCHED
        W2V_PAIRWISE
        W2V_BLAS
    ctypedef enum w2v_positional:
        W2V_NO_POSITIONS
        W2V_OUTPUTS
        W2V_WEIGHTS
    const int64_t W2V_MAX_INP, W2V_JOINED
    ctypedef float (*w2v_sdot)(const int *, const float *, const int *, const float *, const int *) noexcept
    ctypedef void (*w2v_saxpy)(const int *, const float *, const float *, const int *, float *, const int *) noexcept
    const int64_t W2V_MOST_USES, W2V_BASIS_SLOTS
    ctypedef struct w2v_private:
        int32_t first, n
        const uint8_t *uses
        double terms
    ctypedef struct w2v_sharing:
        w2v_private inputs, outputs, nodes
        double weight_terms
        const int64_t *samples[2]
        int64_t n_samples, widest
        float *bases
        int64_t spacing, due, busy, version

    ctypedef struct w2v_job:
        float *inp
        float *out
        float *weights
        float *nodes
        size_t vector_size, stride, out_stride
        int32_t n_words
        const int32_t *lists
        const int64_t *list_starts
        int longest_list
        const int32_t *tags
        const int64_t *tag_starts
        int most_tags, tags_only
        const int32_t *ids
        const int64_t *offsets
        int64_t n_sentences, longest
        const uint32_t *keep
        const w2v_alias *noise
        uint64_t seed, epoch
        const int32_t *paths
        const int64_t *path_starts
        int longest_path
        const float *log_noise
        float *biases
        w2v_kernel kernel
        w2v_positional positional
        float weight_rate
        int sg, cbow_mean, shrink_windows, window, side, tile_inputs, negative, cbow_corrected
        const float *sentence_weights
        float alpha, min_alpha
        int64_t words_before, words
        w2v_sdot sdot
        w2v_saxpy saxpy
        int64_t loss_every
        const float *locks
        int frozen_output
        int64_t block, chunk
        w2v_sharing *sharing
        int64_t next
        int stop, pause
    ctypedef struct w2v_tally:
        int64_t tokens, words, pairs
        double loss
        int64_t apart[4]
    w2v_status w2v_train(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally)
    int64_t w2v_downsample(const w2v_job *job, int64_t s, w2v_rng *rng, int32_t *kept)
    double w2v_rate(double alpha, double fall, int64_t done, int64_t all)

    # train/softmax.c
    w2v_status w2v_softmax(const w2v_kernels *kernels, w2v_job *job, w2v_tally *tally)

    # train/pairs.c
    ctypedef struct w2v_pair_job:
        float *inp
        float *out
        size_t vector_size, stride
        int32_t n_contexts
        const int32_t *centers
        const int32_t *contexts
        const float *weights
        int64_t n_pairs
        const w2v_alias *noise
        uint64_t seed, epoch
        int negative
        float alpha, min_alpha
        int64_t pairs_before, pairs, loss_every
        int64_t next
        int stop
    ctypedef struct w2v_pair_tally:
        int64_t pairs
        double weight, loss
        int64_t apart[5]
    w2v_status w2v_train_pairs(const w2v_kernels *kernels, w2v_pair_job *job, w2v_pair_tally *tally)

    # huffman.c
    w2v_status w2v_huffman_tree(const int64_t *counts, int64_t n, int32_t *parents, uint8_t *sides, int64_t *offsets)
    void w2v_huffman_paths(const int32_t *parents, const uint8_t *sides, const int64_t *offsets, int64_t n, uint8_t *codes,
                           int32_t *points)


cdef extern from "w2v_documents.h" nogil:
    const int64_t W2V_GROUP, W2V_BAG_NOISE, W2V_MEMORY_NOISE, W2V_NOISE_POOL, W2V_NOISE_STARTS
    w2v_status w2v_infer(const w2v_kernels *kernels, const w2v_job *job, int64_t n, int epochs, float *vectors)


cdef extern from "w2v_merge.h" nogil:
    # train/merge.c
    const int64_t W2V_DIRECTIONS
    ctypedef struct w2v_basis:
        float *directions
        float *eigenvalues
    ctypedef struct w2v_rows:
        const float **rows
        size_t n, size, stride
    size_t w2v_basis_floats(size_t stride)
    w2v_basis w2v_basis_at(float *floats, size_t stride)
    size_t w2v_basis_work(size_t n_rows, size_t size, size_t stride)
    void w2v_renew_basis(const w2v_kernels *kernels, w2v_basis *basis, const w2v_rows *rows, int rounds, float *work)
    void w2v_sum_factors(const w2v_basis *basis, double strength, double parties, float *factors)
    void w2v_kept_factors(const w2v_basis *basis, double strength, float *factors)
    void w2v_correct(const w2v_kernels *kernels, const w2v_basis *basis, const float *factors, float *change, size_t size,
                     size_t stride)

    # train/shards.c
    ctypedef struct w2v_merging:
        w2v_basis basis
        const float *factors
        const uint8_t *classes
        int shards
        size_t size, stride
    void w2v_merging_factors(const w2v_basis *basis, const double *strengths, size_t classes, int shards, float *factors)
    const int64_t W2V_LEVELS
    void w2v_merge_rows(const w2v_kernels *kernels, const w2v_merging *merging, float *base, float **replicas, size_t first, size_t to,
                        float *sums)
    size_t w2v_changed_rows(float **replicas, int shards, const float *base, size_t first, size_t to, size_t stride, int32_t *rows)
    void w2v_row_changes(float **replicas, int shards, const float *base, const int32_t *rows, size_t n, size_t size, size_t stride,
                         float *changes, uint16_t *counts, float *sums)
    void w2v_take_steps(float *base, float **replicas, size_t n_replicas, const int32_t *rows, const float *steps, size_t n,
                        size_t size, size_t stride)
    ctypedef struct w2v_changes:
        const int32_t *rows
        const float *changes
        const uint16_t *counts
        size_t n
        int shards
    void w2v_merge_changes(const w2v_kernels *kernels, const w2v_merging *merging, w2v_changes *parts, size_t n_parts,
                           const int32_t *rows, size_t n, float *steps, float *sums)


cdef extern from "w2v_subwords.h" nogil:
    ctypedef struct w2v_subwords:
        const char *ngrams
        size_t columns, stride
        uint32_t buckets
        const int32_t *kept
        int shortest, longest
    void w2v_subword_vectors(const w2v_subwords *subwords, const char *words, const int64_t *ends, size_t n, const char *own,
                             size_t own_stride, float *out)
    void w2v_subword_numbers(const w2v_subwords *subwords, const char *words, const int64_t *ends, size_t n, int64_t *starts,
                             int32_t *numbers)


cdef extern from "w2v_phrases.h" nogil:
    ctypedef struct w2v_phrases:
        pass
    w2v_phrases *w2v_phrases_new(int32_t n_connectors, int64_t limit)
    void w2v_phrases_free(w2v_phrases *phrases)
    w2v_status w2v_phrases_count(w2v_phrases *phrases, const int32_t *ids, size_t n, int64_t longest)
    w2v_status w2v_phrases_add(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n)
    w2v_status w2v_phrases_reserve(w2v_phrases *phrases, size_t n)
    w2v_status w2v_phrases_add_others(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts,
                                      size_t n)
    void w2v_phrases_add_pairs(w2v_phrases *phrases, const int32_t *words, const int64_t *offsets, const int64_t *counts, size_t n)
    w2v_status w2v_phrases_prune(w2v_phrases *phrases, int64_t threshold)
    int64_t w2v_phrases_live(const w2v_phrases *phrases)
    int64_t w2v_phrases_total(const w2v_phrases *phrases)
    int64_t w2v_phrases_threshold(const w2v_phrases *phrases)
    size_t w2v_phrases_size(const w2v_phrases *phrases)
    void w2v_phrases_list(const w2v_phrases *phrases, int32_t *words, int64_t *offsets, int64_t *counts)
    int64_t w2v_phrases_look_up(const w2v_phrases *phrases, const int32_t *words, size_t n)
    void w2v_phrases_fetch(const w2v_phrases *phrases, const int32_t *words, size_t n)
    ctypedef struct w2v_counts:
        int64_t first, last, phrase
    ctypedef struct w2v_phrases_sentence:
        const int32_t *words
        const int64_t *starts
        const uint8_t *connector
        int64_t n
        int words_counted
        int64_t at, open, first, last
        w2v_counts counts
    int w2v_phrases_next(const w2v_phrases *phrases, w2v_phrases_sentence *sentence)
    ctypedef enum w2v_score:
        W2V_SCORE_NONE
        W2V_SCORE_DEFAULT
        W2V_SCORE_NPMI
    ctypedef struct w2v_scoring:
        w2v_score kind
        double threshold, min_count, n_vocab, n_words
    double w2v_phrase_score(const w2v_scoring *scoring, const w2v_counts *counts)
    ctypedef struct w2v_candidate:
        w2v_counts counts
        int64_t n, first_end, last_start
        double score
    w2v_status w2v_phrases_above(const w2v_phrases *phrases, const uint8_t *connector, const w2v_scoring *scoring,
                                 w2v_candidate *candidates, size_t *n_candidates, int32_t *words, size_t *n_words)


cdef extern from "w2v_graphs.h" nogil:
    ctypedef struct w2v_graph:
        const int64_t *starts
        const int32_t *neighbours
        const float *weights
        const w2v_alias *cells
        int32_t n
    void w2v_graph_rows(const int32_t *froms, const int32_t *tos, const float *edge_weights, int64_t edges, bint both, int32_t n,
                        int64_t *starts, int32_t *neighbours, float *weights)
    w2v_status w2v_graph_sort(int32_t n, int64_t *starts, int32_t *neighbours, float *weights)
    w2v_status w2v_graph_cells(const w2v_graph *graph, w2v_alias *cells)
    void w2v_walk_order(int32_t n, uint64_t seed, uint64_t number, int32_t *order)
    ctypedef struct w2v_walk_rule:
        double p, q
        uint64_t seed
        int64_t length
    void w2v_walk(const w2v_graph *graph, const w2v_walk_rule *rule, uint64_t number, int64_t first, const int32_t *order,
                  int64_t count, int32_t *out)


cdef extern from "w2v_mirror.h" nogil:
    ctypedef struct w2v_mirror_vocab:
        pass
    w2v_mirror_vocab *w2v_mirror_vocab_new()
    void w2v_mirror_vocab_free(w2v_mirror_vocab *vocab)
    w2v_status w2v_mirror_vocab_count(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length, int64_t limit,
                                      int64_t hash_size, int *done)
    w2v_status w2v_mirror_vocab_read(w2v_mirror_vocab *vocab, const uint8_t *text, size_t length)
    w2v_status w2v_mirror_vocab_finish(w2v_mirror_vocab *vocab, int32_t min_count)
    void w2v_mirror_vocab_size(const w2v_mirror_vocab *vocab, int64_t *n, int64_t *n_bytes)
    void w2v_mirror_vocab_export(const w2v_mirror_vocab *vocab, uint8_t *bytes, int64_t *offsets, int64_t *counts)
    ctypedef struct w2v_mirror_settings:
        int32_t size, window, hs, negative, epochs, cbow
        float alpha, sample
    ctypedef struct w2v_mirror:
        pass
    w2v_mirror *w2v_mirror_new(const w2v_mirror_vocab *vocab, const w2v_mirror_settings *settings)
    void w2v_mirror_free(w2v_mirror *mirror)
    void w2v_mirror_start_weights(float *syn0, int64_t n_words, int32_t size)
    w2v_status w2v_mirror_train(w2v_mirror *mirror, const w2v_mirror_vocab *vocab, const uint8_t *text, size_t length,
                                float *syn0, float *syn1neg, float *syn1, int *done)
    int64_t w2v_mirror_words_done(const w2v_mirror *mirror)
    float w2v_mirror_alpha(const w2v_mirror *mirror)
    w2v_status w2v_mirror_noise_words(const int64_t *counts, int32_t n, const uint32_t *cells, size_t n_cells, int32_t *words)
    w2v_status w2v_mirror_classes(const float *vectors, int64_t n_words, int32_t size, int32_t n_classes, int32_t *classes)

    # mirror/word2phrase.c
    ctypedef struct w2v_mirror_phrases:
        pass
    w2v_mirror_phrases *w2v_mirror_phrases_new()
    void w2v_mirror_phrases_free(w2v_mirror_phrases *phrases)
    w2v_status w2v_mirror_phrases_count(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, int64_t limit,
                                        int64_t hash_size, int *done)
    w2v_status w2v_mirror_phrases_finish(w2v_mirror_phrases *phrases, int32_t min_count)
    void w2v_mirror_phrases_join(w2v_mirror_phrases *phrases, const uint8_t *text, size_t length, float threshold, int64_t limit,
                                 uint8_t *out, size_t room, size_t *written, int *done)
    int64_t w2v_mirror_phrases_kept(const w2v_mirror_phrases *phrases)
    int64_t w2v_mirror_phrases_words(const w2v_mirror_phrases *phrases, int written)


cdef extern from "w2v_sentences.h" nogil:
    ctypedef struct w2v_factored:
        const float *rows
        size_t stride
        const float *factors
        int32_t n
    int64_t w2v_sum_rows(const w2v_factored *known, const w2v_factored *more, size_t columns, const int32_t *ids, int64_t n,
                         int64_t room, double *work, float *sums, int64_t *counts)
