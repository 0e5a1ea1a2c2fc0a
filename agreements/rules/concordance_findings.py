from agreements.models import ConcordanceFinding, LanguageText
from agreements.rules.language_texts import may_translate
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_check(user: User, language_text: LanguageText) -> Verdict:
    return may_translate(user, language_text)


def may_accept(user: User, finding: ConcordanceFinding) -> Verdict:
    return may_translate(user, finding.language_text)


def may_reopen(user: User, finding: ConcordanceFinding) -> Verdict:
    return may_translate(user, finding.language_text)
