"""What the health functions return, and what the diary keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Activity = Literal[
    "running",
    "cycling",
    "swimming",
    "walking",
    "hiking",
    "rowing",
    "yoga",
    "strength",
    "pilates",
    "climbing",
    "dancing",
]
MealTime = Literal["breakfast", "lunch", "dinner", "snack"]
PlanLevel = Literal["beginner", "intermediate", "advanced"]
Specialty = Literal[
    "family_doctor", "dentist", "dermatologist", "eye_doctor", "physiotherapist", "allergist", "orthopedist",
    "ear_nose_throat_doctor", "podiatrist", "cardiologist",
]  # fmt: skip


@dataclass(slots=True)
class Workout:
    """A workout of the diary; `distance_km` is None where nothing was covered."""

    workout_id: str
    activity: Activity
    workout_title: str
    started_at: datetime
    duration_minutes: int
    distance_km: float | None
    calories_burned: int


@dataclass(slots=True)
class Meal:
    """Something that was eaten."""

    meal_id: str
    food_name: str
    meal_time: MealTime
    calories_kcal: int
    day: date


@dataclass(slots=True)
class WaterDrunk:
    """Water of one moment."""

    day: date
    water_ml: int


@dataclass(slots=True)
class WeightEntry:
    """What the scales showed."""

    measured_on: date
    weight_kg: float


@dataclass(slots=True)
class FollowedPlan:
    """A training plan that the user follows."""

    training_plan_id: str
    activity: Activity
    training_plan_name: str
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Appointment:
    """A visit to a doctor."""

    appointment_id: str
    doctor_id: str
    starts_at: datetime
    visit_reason: str | None
    status: Literal["booked", "cancelled"] = "booked"


@dataclass(slots=True)
class Prescription:
    """A prescription that a doctor has written for the user."""

    prescription_id: str
    medication_name: str
    dose: str
    doctor_id: str
    refills_left: int
    runs_out_on: date
    refill_price: float
    refill_ordered: bool = False


@dataclass(slots=True)
class Reminder:
    """A daily reminder to take something."""

    medication_reminder_id: str
    prescription_id: str
    reminder_time: str


@dataclass(slots=True)
class HealthState:
    """The diary, the appointments and the medicine cabinet."""

    step_goal: int = 8000
    water_goal_ml: int = 2000
    target_weight_kg: float | None = None
    workouts: list[Workout] = field(default_factory=list)
    meals: list[Meal] = field(default_factory=list)
    water: list[WaterDrunk] = field(default_factory=list)
    weights: list[WeightEntry] = field(default_factory=list)
    plans: list[FollowedPlan] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    prescriptions: list[Prescription] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)


@dataclass(slots=True)
class WorkoutList:
    """Workouts, newest first, and how long they took together."""

    workouts: list[Workout]
    total_duration_minutes: int


@dataclass(slots=True)
class WorkoutDetails:
    """Everything that the watch recorded of one workout."""

    workout_id: str
    workout_title: str
    activity: Activity
    started_at: datetime
    day: date
    duration_minutes: int
    distance_km: float | None
    calories_burned: int
    average_heart_rate_bpm: int
    highest_heart_rate_bpm: int


@dataclass(slots=True)
class Food:
    """A dish of the food table with what one serving has."""

    food_id: str
    food_name: str
    serving_grams: int
    calories_kcal: int
    protein_grams: float


@dataclass(slots=True)
class FoodMatches:
    """Dishes whose name fits."""

    foods: list[Food]


@dataclass(slots=True)
class LoggedMeal:
    """A meal in the diary, and what the day has come to with it."""

    meal_id: str
    food_name: str
    meal_time: MealTime
    calories_kcal: int
    calories_eaten_today_kcal: int


@dataclass(slots=True)
class LoggedWater:
    """Water in the diary, and how far the day has come with it."""

    water_ml: int
    water_today_ml: int
    water_goal_ml: int
    water_left_ml: int


@dataclass(slots=True)
class LoggedWeight:
    """A weight in the diary; `weight_change_kg` is against the entry before."""

    measured_on: date
    weight_kg: float
    weight_change_kg: float
    previous_weight_kg: float
    previously_measured_on: date


@dataclass(slots=True)
class WeightHistory:
    """What the scales have shown, newest first; the change is from the oldest of these to the newest."""

    weight_entries: list[WeightEntry]
    weight_change_kg: float
    target_weight_kg: float | None


@dataclass(slots=True)
class DaySummary:
    """One day in figures."""

    day: date
    steps: int
    step_goal: int
    distance_km: float
    water_ml: int
    calories_eaten_kcal: int
    calories_burned_kcal: int
    training_minutes: int
    workout_titles: list[str]


@dataclass(slots=True)
class Night:
    """One night's sleep."""

    day: date
    fell_asleep_at: datetime
    woke_up_at: datetime
    sleep_duration_minutes: int
    deep_sleep_minutes: int
    times_awake: int
    sleep_score: int


@dataclass(slots=True)
class HeartRate:
    """The pulse of one day."""

    day: date
    resting_heart_rate_bpm: int
    average_heart_rate_bpm: int
    highest_heart_rate_bpm: int
    highest_at: datetime


@dataclass(slots=True)
class StepGoal:
    """A new daily goal, and the one before."""

    daily_steps: int
    previous_daily_steps: int
    average_steps_last_week: int


@dataclass(slots=True)
class WeightGoal:
    """A weight to get to, and how far away it is."""

    target_weight_kg: float
    current_weight_kg: float
    weight_to_go_kg: float


@dataclass(slots=True)
class HealthGoals:
    """What the user has set out to do; the weight is None where there is no such goal."""

    daily_steps: int
    average_steps_last_week: int
    days_step_goal_met_last_week: int
    water_goal_ml: int
    water_today_ml: int
    target_weight_kg: float | None
    current_weight_kg: float
    followed_training_plans: list[str]


@dataclass(slots=True)
class TrainingPlan:
    """A training plan on offer."""

    training_plan_id: str
    training_plan_name: str
    activity: Activity
    plan_level: PlanLevel
    weeks: int
    sessions_per_week: int
    session_duration_minutes: int


@dataclass(slots=True)
class TrainingPlans:
    """Training plans, shortest first."""

    training_plans: list[TrainingPlan]


@dataclass(slots=True)
class StartedPlan:
    """A training plan in the user's diary."""

    training_plan_id: str
    training_plan_name: str
    activity: Activity
    starts_on: date
    ends_on: date
    session_count: int
    session_duration_minutes: int
