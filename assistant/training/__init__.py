"""What `assistant.train_reader` makes examples from; not needed to answer questions."""
