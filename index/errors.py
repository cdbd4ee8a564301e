"""Errors of the index whose message is fit to be shown: what happened, where, what to do."""


class IndexingError(Exception):
    """Any trouble with the corpus, the encoder or the stored index; one clear line."""


class CorpusError(IndexingError):
    """The articles in `docs/` cannot be read as they are; all faults of a corpus in one error."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


class EncoderError(IndexingError):
    """The encoder cannot be loaded, or is not the one an index was built with."""


class StoreError(IndexingError):
    """The stored index is missing, damaged, locked or cannot be written."""
