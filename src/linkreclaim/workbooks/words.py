"""Words that spreadsheets write into the CSV they save, in the language of their user."""

_TRUE = "true wahr vrai verdadero verdadeiro vero waar prawda sant sand doğru истина"
_FALSE = "false falsch faux falso onwaar fałsz falskt falsk yanlış ложь"
TRUE_WORDS, FALSE_WORDS = frozenset(_TRUE.split()), frozenset(_FALSE.split())
"""What Excel makes of TRUE and FALSE, casefolded: its function names of them in en, de, fr, es, pt, it, nl, pl, sv, da,
tr and ru."""
