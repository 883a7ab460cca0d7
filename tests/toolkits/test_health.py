"""What somebody who keeps a diary would miss: counts that add up, appointments that move, and a doctor's refusals."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.health import toolkit

SEEDS = (2, 5, 11, 40)
EXECUTOR = ToolkitExecutor([toolkit])


class Diary:
    """A session with the health toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        world: World = self.session.snapshot().opened()
        return world

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"health/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"health/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def day(self, ahead: int) -> str:
        return (self.world.today + timedelta(days=ahead)).isoformat()


@pytest.fixture(params=SEEDS)
def diary(request: pytest.FixtureRequest) -> Diary:
    return Diary(EXECUTOR.open(request.param))


def test_a_workout_is_in_the_diary_and_in_the_day(diary: Diary) -> None:
    before = diary.do("get_daily_health_summary", day=diary.day(0))
    made = diary.do("log_workout", workout_type="running", workout_minutes=30, covered_km=5)
    assert diary.do("list_workouts", activity="running")["workouts"][0] == made
    assert diary.do("get_workout", workout_id=made["workout_id"])["distance_km"] == 5
    after = diary.do("get_daily_health_summary", day=diary.day(0))
    assert after["calories_burned_kcal"] == before["calories_burned_kcal"] + made["calories_burned"]
    assert diary.refusal("log_workout", workout_type="yoga", workout_minutes=30, covered_km=5) == "invalid_argument"


def test_meals_and_water_add_up(diary: Diary) -> None:
    dish = diary.do("search_foods", food_name="tomato soup")["foods"][0]
    assert dish["food_name"] == "tomato soup"
    first = diary.do("log_meal", food_id=dish["food_id"], meal_time="lunch")["calories_eaten_today_kcal"]
    second = diary.do("log_meal", food_id=dish["food_id"], meal_time="dinner")["calories_eaten_today_kcal"]
    assert second == first + dish["calories_kcal"]
    drunk = diary.do("log_water", amount_ml=250)["water_today_ml"]
    assert diary.do("list_health_goals")["water_today_ml"] == drunk


def test_one_weight_a_day(diary: Diary) -> None:
    last = diary.do("get_weight_history")["weight_entries"][0]["weight_kg"]
    assert diary.do("log_weight", measured_kg=last + 1)["weight_change_kg"] == 1
    assert diary.refusal("log_weight", measured_kg=last) == "already_exists"


def test_nothing_is_measured_ahead(diary: Diary) -> None:
    assert diary.refusal("get_sleep", day=diary.day(0)) == "invalid_date"
    assert diary.refusal("get_heart_rate", day=diary.day(1)) == "invalid_date"
    assert diary.do("get_sleep", day=diary.day(-1)) == diary.do("get_sleep", day=diary.day(-1))


def test_a_plan_is_not_followed_twice(diary: Diary) -> None:
    plan = diary.do("search_training_plans", activity="rowing")["training_plans"][0]
    start = diary.day(200)
    made = diary.do("start_training_plan", training_plan_id=plan["training_plan_id"], start_date=start)
    assert made["session_count"] == plan["weeks"] * plan["sessions_per_week"]
    again = diary.refusal("start_training_plan", training_plan_id=plan["training_plan_id"], start_date=start)
    assert again == "conflict"


def test_an_appointment_is_booked_moved_and_cancelled(diary: Diary) -> None:
    doctor = diary.do("search_doctors", specialty="dentist", city="Lisbon")["doctors"][0]["doctor_id"]
    slots = diary.do("find_free_appointments", doctor_id=doctor, earliest_day=diary.day(5))["free_appointments"]
    slot = slots[0]["appointment_slot_id"]
    visit = diary.do("book_appointment", appointment_slot_id=slot)
    assert visit["starts_at"] == slots[0]["starts_at"]
    assert visit in diary.do("list_appointments")["appointments"]
    assert diary.refusal("book_appointment", appointment_slot_id=slot) == "conflict"
    others = diary.do("find_new_appointment_times", appointment_id=visit["appointment_id"], earliest_day=diary.day(9))[
        "new_appointment_times"
    ]
    moved = diary.do("move_appointment", new_appointment_time_id=others[0]["new_appointment_time_id"])
    assert (moved["previously_at"], moved["starts_at"]) == (visit["starts_at"], others[0]["starts_at"])
    diary.do("cancel_appointment", appointment_id=visit["appointment_id"])
    assert diary.refusal("cancel_appointment", appointment_id=visit["appointment_id"]) == "already_cancelled"


def test_a_refill_costs_and_runs_out(diary: Diary) -> None:
    rich = max(diary.world.accounts, key=lambda a: a.balance).account_id
    card = next((c.card_id for c in diary.world.cards if c.account_id == rich), diary.world.cards[0].card_id)
    for p in diary.do("list_prescriptions")["prescriptions"]:
        if not p["refills_left"]:
            code = diary.refusal("order_refill", prescription_id=p["prescription_id"], card_id=card)
            assert code == "not_available"
            continue
        made = diary.do("order_refill", prescription_id=p["prescription_id"], card_id=card)
        assert made["refills_left"] == p["refills_left"] - 1
        assert diary.world.transactions[-1].amount == -p["refill_price"]
        code = diary.refusal("order_refill", prescription_id=p["prescription_id"], card_id=card)
        assert code == "already_exists"


def test_reminders_come_and_go(diary: Diary) -> None:
    p = diary.do("list_prescriptions")["prescriptions"][0]["prescription_id"]
    made = diary.do("set_medication_reminder", prescription_id=p, reminder_time="11:15")
    assert diary.refusal("set_medication_reminder", prescription_id=p, reminder_time="11:15") == "already_exists"
    assert made in diary.do("list_medication_reminders")["medication_reminders"]
    diary.do("remove_medication_reminder", medication_reminder_id=made["medication_reminder_id"])
    assert made not in diary.do("list_medication_reminders")["medication_reminders"]
