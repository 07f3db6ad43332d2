"""What vectors answer: the parts of `w2v.KeyedVectors`."""
