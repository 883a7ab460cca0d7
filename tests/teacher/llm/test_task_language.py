"""Whether an answer is English: a slip into another language must be told, and no English row may be lost."""

from __future__ import annotations

import pytest
from dialogues import good_rows

from magnet_kg.teacher.llm.tasks.language import not_english


@pytest.mark.parametrize(
    "text",
    [
        "Ich möchte bitte einen Flug nach Berlin buchen.",
        "Je voudrais un billet pour Paris demain, s'il vous plaît.",
        "Quiero reservar una mesa para dos personas.",
        "Vorrei prenotare un tavolo per questa sera.",
        "Eu quero marcar uma consulta para amanhã.",
        "Ik wil graag een tafel voor twee personen.",
        "Забронируйте столик на двоих",
        "予約してください",
        "请帮我订一张机票",
        "احجز لي طاولة",
    ],
)
def test_other_languages_are_told(text: str) -> None:
    assert not_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Café de la Paix",
        "Book a table at Café de la Paix in Paris for Zoë and José.",
        "Play something by Die Toten Hosen in the living room.",
        "Is the es-MX version of La casa de papel still on my list?",
        "12.50 EUR, ln_48213",
        "Add 東京タワー to my places, please.",
        "San Francisco to Los Angeles, one way.",
    ],
)
def test_english_with_foreign_names_passes(text: str) -> None:
    assert not not_english(text)


def test_every_message_of_the_rules_is_english() -> None:
    rows = [made.row for made, _ in zip(good_rows(), range(40), strict=False)]
    texts = [m.content for row in rows for m in row.messages if m.role in ("user", "assistant") and m.content]
    assert len(texts) > 100
    assert [text for text in texts if not_english(text)] == []
