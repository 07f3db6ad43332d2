"""Shards: replicas of a model that train apart, each on its own part of the text, and meet after every round.

A result depends on the number of shards, the seed and the text, not on threads, machines or time. In each round

1. every shard trains its piece, ``replica.train(piece, epoch, tallies, shard)``, from weights that all have alike;
2. one of them, ``basis_shard(...)``, gives the steep directions as it now sees them: ``bases = replica.bases(...)``;
3. whoever merges rows asks ``mergings(strengths, names, bases, round_of(...), shards, size)``, a pure function, and for
   each matrix ``mergings[name].merge_changes([changes of all shards, in their order])``: (rows, steps);
4. every shard takes them, ``replica.apply(name, rows, steps)``, after which all are alike again.

`trainer.ShardTrainer` does it in one process, where `Merging.merge_rows` does 3 and 4 in place, to the same bits.
Whoever does it elsewhere only moves arrays: ``replica.changes(name, first, end)`` gives the `Changes` of a range of
rows, and ``changes_of(replicas, name, first, end)`` the sum of those of several, which are to be a group of
`merging.belonging`; ranges may be merged one by one, by anybody. Nothing is kept from round to round but the merged
weights, so a round can be repeated, from those of any replica.

Which sentences a shard has in which round, say `plan.boundaries` and `plan.cut`, from where sentences end. Sentences
have the numbers, and tokens the places, that they have in the whole corpus; draws follow these.
"""
