"""Texts in several languages: the field, the choice of a language, folding for search."""

from ots_portal.texts.choice import Said, in_language, say
from ots_portal.texts.folding import fold, words_asked_for, words_to_find

__all__ = ["Said", "fold", "in_language", "say", "words_asked_for", "words_to_find"]
