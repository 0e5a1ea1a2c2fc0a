"""
The machine checks of a language version against the text it was made of: pure functions, no database.

They find what a reader of two columns overlooks: a number that is another one, a day of another month, a reference
to another article, a term that is called otherwise, a party that is not named. They never judge a translation.
"""

from agreements.rules.concordance.checks import Found, Told, check_texts, fingerprint

__all__ = ["Found", "Told", "check_texts", "fingerprint"]
