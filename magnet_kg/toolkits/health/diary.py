"""The diary: what a world begins with, what the watch has measured on any day, and the plans one may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import cast, get_args

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.health.doctors import SPECIALTIES, doctors_in, free_times
from magnet_kg.toolkits.health.food import dishes
from magnet_kg.toolkits.health.records import (
    Activity,
    Appointment,
    FollowedPlan,
    HealthState,
    Meal,
    MealTime,
    PlanLevel,
    Prescription,
    Reminder,
    TrainingPlan,
    WaterDrunk,
    WeightEntry,
    Workout,
)

ACTIVITIES: tuple[Activity, ...] = get_args(Activity)
KEPT_DAYS = 400
# What a workout is called, kilometers in an hour (None: one stays in one place) and kilocalories in a minute.
KINDS: dict[Activity, tuple[str, float | None, float]] = {
    "running": ("run", 9.6, 10.5),
    "cycling": ("bike ride", 21.0, 8.0),
    "swimming": ("swim", 2.2, 9.0),
    "walking": ("walk", 5.0, 4.0),
    "hiking": ("hike", 4.0, 6.5),
    "rowing": ("rowing session", 8.5, 8.5),
    "yoga": ("yoga session", None, 3.5),
    "strength": ("strength workout", None, 6.0),
    "pilates": ("Pilates session", None, 4.0),
    "climbing": ("climbing session", None, 8.0),
    "dancing": ("dance session", None, 6.0),
}
_MEDICINES: dict[str, tuple[str, ...]] = {
    "allergy tablets": ("one tablet", "half a tablet"),
    "iron tablets": ("one tablet", "two tablets"),
    "blood pressure tablets": ("one tablet", "half a tablet"),
    "thyroid tablets": ("one tablet",),
    "migraine tablets": ("one tablet",),
    "magnesium tablets": ("one tablet", "two tablets"),
    "cholesterol tablets": ("one tablet",),
    "vitamin D capsules": ("one capsule",),
    "fish oil capsules": ("one capsule", "two capsules"),
    "heartburn capsules": ("one capsule",),
    "eye drops": ("one drop in each eye", "two drops in each eye"),
    "folic acid tablets": ("one tablet",),
    "zinc tablets": ("one tablet",),
    "anti-inflammatory tablets": ("one tablet",),
}
_PLAN_WORDS = (
    "Steady", "Hill", "Sunrise", "Momentum", "Easy Going", "Lunch Break", "Back at It", "Long Haul", "Weekend",
    "Spring", "Even Keel", "Second Wind", "Strong Finish", "Slow and Sure", "Full Circle", "Daily Dose",
)  # fmt: skip
_PLAN_KINDS = ("Plan", "Program", "Challenge", "Builder")
_PLANS_EACH = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """What the watch has measured on one day, workouts left out."""

    steps: int
    resting: int
    average: int
    highest: int
    highest_at: datetime
    asleep_at: datetime
    awake_at: datetime
    deep_minutes: int
    times_awake: int
    score: int


def make_diary(world: World, rng: Random) -> HealthState:
    """Some weeks of workouts, meals and weights, two or three appointments, four prescriptions."""
    state = HealthState(step_goal=rng.choice([6000, 7000, 8000, 9000, 10000]), water_goal_ml=rng.choice([1500, 2000]))
    for ago in sorted(rng.sample(range(1, 29), 8), reverse=True):
        start = datetime.combine(world.today - timedelta(days=ago), time(rng.choice([6, 7, 8, 12, 17, 18, 19]), 30))
        activity = rng.choice(ACTIVITIES)
        minutes, speed = rng.choice([25, 30, 35, 40, 45, 50, 60, 75, 90]), KINDS[activity][1]
        distance = None if speed is None else round(speed * minutes / 60 * rng.uniform(0.85, 1.15), 1)
        state.workouts.append(workout(world, activity, start, minutes, distance, rng))
    for ago in (0, 0, 1, 1, 1, 2, 2):
        dish = rng.choice(dishes())
        at = cast(MealTime, "breakfast" if ago == 0 else rng.choice(["breakfast", "lunch", "dinner", "snack"]))
        day = world.today - timedelta(days=ago)
        state.meals.append(Meal(world.new_id("meal", 6), dish.name, at, dish.kilocalories, day))
        state.water.append(WaterDrunk(day, rng.choice([250, 300, 500])))
    weight = rng.uniform(58, 92)
    for ago in range(9, 0, -1):
        day = world.today - timedelta(days=7 * ago - rng.randrange(4))
        weight += rng.uniform(-0.7, 0.5)
        state.weights.append(WeightEntry(day, round(weight, 1)))
    if rng.random() < 0.6:
        state.target_weight_kg = float(round(weight - rng.choice([2, 3, 4, 5])))
    _add_care(world, rng, state)
    activity = rng.choice(ACTIVITIES)
    plan = rng.choice(plans_for(world.seed, activity))
    begun = world.today - timedelta(days=rng.randrange(2, 7 * plan.weeks))
    state.plans.append(followed(plan, begun))
    return state


def workout(
    world: World, activity: Activity, start: datetime, minutes: int, distance_km: float | None, rng: Random
) -> Workout:
    """A workout with the calories that such a one burns."""
    noun, _, burned = KINDS[activity]
    part = (
        "morning" if start.hour < 11 else "midday" if start.hour < 14 else "afternoon" if start.hour < 17 else "evening"
    )
    calories = round(burned * minutes * rng.uniform(0.9, 1.1))
    return Workout(world.new_id("wo", 6), activity, f"{part} {noun}", start, minutes, distance_km, calories)


def measured(world: World, day: date) -> Measured:
    """What the watch has measured on a day; of today, up to now.

    Raises:
        ToolError: `invalid_date` for a day to come, `not_available` for one that is too long ago.
    """
    if day > world.today:
        raise ToolError("invalid_date", f"{day.isoformat()} is still to come, so nothing has been measured.")
    if (world.today - day).days > KEPT_DAYS:
        raise ToolError("not_available", f"There are no measurements from as far back as {day.isoformat()}.")
    own = derived_rng(world.seed, "body")
    resting, minutes, steps = own.randint(52, 70), own.randint(395, 470), own.randint(5000, 11000)
    rng = derived_rng(world.seed, "watch", day.isoformat())
    share = world.now.hour / 24 if day == world.today else 1.0
    asleep = datetime.combine(day, time(21, 45)) + timedelta(minutes=rng.randrange(0, 160))
    slept = max(280, min(560, round(rng.gauss(minutes, 40))))
    deep = round(slept * rng.uniform(0.13, 0.24))
    hour = rng.randrange(7, 21) if day < world.today else max(world.now.hour - 1, 0)
    return Measured(
        steps=round(steps * rng.uniform(0.55, 1.5) * share),
        resting=resting + rng.randint(-3, 3),
        average=resting + rng.randint(12, 24),
        highest=rng.randint(118, 172),
        highest_at=datetime.combine(day, time(hour, rng.randrange(60))),
        asleep_at=asleep,
        awake_at=asleep + timedelta(minutes=slept + rng.randint(5, 35)),
        deep_minutes=deep,
        times_awake=rng.randint(0, 4),
        score=max(38, min(97, round(slept / 6 + deep / 12 + rng.uniform(-6, 6)))),
    )


def plans_for(seed: int, activity: Activity) -> tuple[TrainingPlan, ...]:
    """The training plans for an activity, shortest first; no two have the same name or length."""
    rng = derived_rng(seed, "plans", activity)
    names, weeks = rng.sample(_PLAN_WORDS, _PLANS_EACH), sorted(rng.sample(range(3, 17), _PLANS_EACH))
    levels = ["beginner", "intermediate", "advanced", *rng.choices(["beginner", "intermediate"], k=2)]
    rng.shuffle(levels)
    start = ACTIVITIES.index(activity) * _PLANS_EACH
    label = "Pilates" if activity == "pilates" else activity.capitalize()
    return tuple(
        TrainingPlan(
            training_plan_id=hide(seed, "plan", start + number),
            training_plan_name=f"{names[number]} {label} {rng.choice(_PLAN_KINDS)}",
            activity=activity,
            plan_level=cast(PlanLevel, levels[number]),
            weeks=weeks[number],
            sessions_per_week=rng.randint(2, 5),
            session_duration_minutes=rng.choice([20, 25, 30, 40, 45, 60]),
        )
        for number in range(_PLANS_EACH)
    )


def plan_by_id(seed: int, training_plan_id: str) -> TrainingPlan:
    """The training plan with this id, or a `not_found` error."""
    number = reveal(seed, "plan", training_plan_id)
    if number is None or number >= len(ACTIVITIES) * _PLANS_EACH:
        raise ToolError("not_found", f"There is no training plan with the id {training_plan_id}.")
    return plans_for(seed, ACTIVITIES[number // _PLANS_EACH])[number % _PLANS_EACH]


def followed(plan: TrainingPlan, start: date) -> FollowedPlan:
    """A plan that begins on a day."""
    end = start + timedelta(days=7 * plan.weeks - 1)
    return FollowedPlan(plan.training_plan_id, plan.activity, plan.training_plan_name, start, end)


def _add_care(world: World, rng: Random, state: HealthState) -> None:
    home = world.person.home_city
    kinds = rng.sample(SPECIALTIES, rng.choice([2, 3, 3]))
    doctors = [rng.choice(doctors_in(world.seed, home, kind)) for kind in kinds]
    for doctor, ahead in zip(doctors, rng.sample(range(3, 40), len(doctors)), strict=True):
        times = free_times(world.seed, doctor, world.now + timedelta(days=ahead))
        if times:
            reason = rng.choice(["a check-up", "a follow-up visit", None])
            visit = Appointment(world.new_id("appt", 6), doctor.doctor_id, rng.choice(times), reason)
            state.appointments.append(visit)
    names = rng.sample(sorted(_MEDICINES), 4)
    for name, ahead in zip(names, rng.sample(range(3, 45), len(names)), strict=True):
        doctor = rng.choice(doctors)
        runs_out = world.today + timedelta(days=ahead)
        refills = rng.choice([0, 1, 2, 2, 3, 4, 5])
        price = round(rng.uniform(6, 48), 2)
        dose = rng.choice(_MEDICINES[name])
        made = Prescription(world.new_id("rx", 6), name, dose, doctor.doctor_id, refills, runs_out, price)
        state.prescriptions.append(made)
    for each, at in zip(
        rng.sample(state.prescriptions, 2), rng.sample(["07:30", "08:00", "13:00", "21:00"], 2), strict=True
    ):
        state.reminders.append(Reminder(world.new_id("rem", 5), each.prescription_id, at))
