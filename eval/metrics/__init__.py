"""One measure, or one family of measures, in each module: definition, formula, source."""
