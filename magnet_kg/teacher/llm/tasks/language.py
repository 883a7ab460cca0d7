"""Whether a text is English, as far as its letters and its commonest words tell."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEWEST_WORDS = 5
_FEWEST_TOLD = 2
# A few letters of another alphabet are a name; more are another language.
_MOST_FOREIGN_LETTERS = 0.4

_ENGLISH = frozenset(
    """
    a about after all already also am an and any are as at be because been before both but by can could did do does
    done down each for from get gets give given gives go had has have he her here him his how i if in into is it its
    just last let like make many may me more most much must my need needs new next no nor not now of off on once one
    only or other our out over please same see she should show so some still such take takes than that the their them
    then there these they this those to today tomorrow too two under until up us use used very want was we well were
    what when where which while who why will with would yes yet you your
    """.split()
)
# The commonest words of other languages in these letters that are no English words; accents are left out.
_OTHERS = frozenset(
    """
    aber auch auf aus bei bin bist bitte das dass dein dem den der des dich die dieser dir ein eine einen einer eines
    er fur geht haben hat hier ich ihr ihre ist kann kein keine mein meine mich mir mit nach nicht noch nur oder sehr
    sein sich sie sind uber und uns unter vom von wann wenn werden wie wird wo zu zum zur
    au aux avec bonjour ce ces cette comme dans de du elle elles est et etre fait il ils je la le les leur lui mais
    merci mes moi mon nous ou par pas peux plus pour puis que quel quelle qui sa sans ses son sont sur tout tres tu un
    une veux voici votre vos vous
    al algo aqui como con cual cuando del donde el ella en entre era eres es esa ese esta estan este esto gracias hay
    la las lo los mas mi mis muy necesito nos nosotros para pero por porque puede puedes quiero se ser si sin sobre su
    sus tambien tengo tiene todo una uno usted y ya yo
    alla anche che chi ci cosa cui da dal dalla dei della delle di dove ed ero gli grazie ho hai hanno il io lei loro
    ma mia mio molto nel nella non per perche piu puoi quando quello questa questo sono sua suo tua tuo tutto un una
    vorrei
    ao aos as com da das de depois do dos ela ele eles em essa esse esta este foi isso isto ja mais mas meu minha
    muito na nao nas no nos num numa obrigado os ou para pela pelo por porque qual quando que quem sao se sem seu sim
    sua tambem tem um uma voce
    aan als bij dat de deze dit een en er geen haar heb heeft hem het hij hoe ik in is je jij kan maar meer met mij
    mijn naar niet nog of om ons ook op te tot uit van veel voor waar wat we wel wij worden zal ze zich zijn
    """.split()
) - (_ENGLISH | frozenset("a as do he in is me no so to we on".split()))


def not_english(text: str) -> bool:
    """Whether a text is clearly in another language than English.

    Letters of other alphabets tell at any length. In Latin letters it takes five words, and two of those that are
    common in other languages, more of them than of those that are common in English; so names, titles and a foreign
    word or two pass, and what cannot be told passes as well.
    """
    if not text.isascii() and _foreign_letters(text) > _MOST_FOREIGN_LETTERS:
        return True
    words = [_without_accents(word) for word in _WORD.findall(text.casefold())]
    if len(words) < _FEWEST_WORDS:
        return False
    english = sum(word in _ENGLISH for word in words)
    found = [word for word in words if word in _OTHERS]
    return len(set(found)) >= _FEWEST_TOLD and len(found) > english and len(found) >= len(words) / 6


def _foreign_letters(text: str) -> float:
    """The share of letters that are not Latin."""
    letters = [one for one in text if one.isalpha()]
    foreign = sum(not one.isascii() and not unicodedata.name(one, "").startswith("LATIN") for one in letters)
    return foreign / len(letters) if letters else 0.0


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
