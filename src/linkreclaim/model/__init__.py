"""The nouns every room speaks: frozen values, no behaviour that needs a file, a clock or the net."""
