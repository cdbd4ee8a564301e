"""Machine translations beside an article: made by a model, checked paragraph by paragraph.

Reading order: `article` (the whole way), `model` (asking for one piece), `checks`, `journal`.
"""
