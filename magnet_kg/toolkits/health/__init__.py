"""A fitness and health diary: what one does, eats and weighs, and visits to doctors, prescriptions and reminders."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.health.care import register
from magnet_kg.toolkits.health.diary import (
    KINDS,
    followed,
    make_diary,
    measured,
    plan_by_id,
    plans_for,
    workout,
)
from magnet_kg.toolkits.health.food import dish_by_id, dishes_called, food_id
from magnet_kg.toolkits.health.records import (
    Activity,
    DaySummary,
    Food,
    FoodMatches,
    HealthGoals,
    HealthState,
    HeartRate,
    LoggedMeal,
    LoggedWater,
    LoggedWeight,
    Meal,
    MealTime,
    Night,
    PlanLevel,
    StartedPlan,
    StepGoal,
    TrainingPlans,
    WaterDrunk,
    WeightEntry,
    WeightGoal,
    WeightHistory,
    Workout,
    WorkoutDetails,
    WorkoutList,
)

toolkit = Toolkit(
    "health", category="wellbeing", description="The user's fitness diary, doctor's appointments and prescriptions."
)

Minutes = Annotated[int, Field(ge=1, le=1440)]
Distance = Annotated[float, Field(gt=0, le=500)]
Milliliters = Annotated[int, Field(ge=10, le=5000)]
Weight = Annotated[float, Field(ge=25, le=300)]
Steps = Annotated[int, Field(ge=500, le=60000)]


@toolkit.state
def make_state(world: World, rng: Random) -> HealthState:
    """Some weeks of a diary, appointments to come and prescriptions."""
    return make_diary(world, rng)


@toolkit.function
def log_workout(
    world: World, workout_type: Activity, workout_minutes: Minutes, covered_km: Distance | None = None
) -> Workout:
    """Put a workout that has just ended in the diary.

    Args:
        workout_type: kind of workout
        workout_minutes: how long it took, in minutes
        covered_km: how far it went, in kilometers
    """
    if covered_km is not None and KINDS[workout_type][1] is None:
        raise ToolError("invalid_argument", f"A {KINDS[workout_type][0]} has no distance.")
    if covered_km is not None and not 0.4 < covered_km * 60 / workout_minutes / (KINDS[workout_type][1] or 1) < 2.2:
        raise ToolError(
            "invalid_argument", f"{covered_km:g} km is no distance for a {KINDS[workout_type][0]} that long."
        )
    state = world.of(HealthState)
    start = world.now - timedelta(minutes=workout_minutes)
    rng = derived_rng(world.seed, "workout", start.isoformat(), workout_type)
    made = workout(world, workout_type, start, workout_minutes, covered_km, rng)
    state.workouts.append(made)
    return made


@toolkit.function
def list_workouts(world: World, activity: Activity | None = None, since: date | None = None) -> WorkoutList:
    """List the workouts of the diary, newest first.

    Args:
        activity: only workouts of this kind
        since: only workouts on this day or later
    """
    if since is not None and since > world.today:
        raise ToolError("invalid_date", f"{since.isoformat()} is still to come.")
    kept = [w for w in world.of(HealthState).workouts if activity in (None, w.activity)]
    kept = [w for w in kept if since is None or w.started_at.date() >= since]
    newest = sorted(kept, key=lambda w: (w.started_at, w.workout_id), reverse=True)
    return WorkoutList(newest, sum(w.duration_minutes for w in newest))


@toolkit.function
def get_workout(world: World, workout_id: str) -> WorkoutDetails:
    """Get everything that was recorded of one workout, the heart rate included.

    Args:
        workout_id: id of the workout
    """
    w = next((w for w in world.of(HealthState).workouts if w.workout_id == workout_id), None)
    if w is None:
        raise ToolError("not_found", f"There is no workout with the id {workout_id}.")
    rng = derived_rng(world.seed, "pulse", workout_id)
    average = rng.randint(96, 128) + round(KINDS[w.activity][2] * 2)
    return WorkoutDetails(
        workout_id=w.workout_id,
        workout_title=w.workout_title,
        activity=w.activity,
        started_at=w.started_at,
        day=w.started_at.date(),
        duration_minutes=w.duration_minutes,
        distance_km=w.distance_km,
        calories_burned=w.calories_burned,
        average_heart_rate_bpm=average,
        highest_heart_rate_bpm=average + rng.randint(14, 36),
    )


@toolkit.function
def search_foods(world: World, food_name: str) -> FoodMatches:
    """Find dishes in the food table by name, with food ids, calories and protein of one serving.

    Args:
        food_name: name of the dish, or a word of it
    """
    matches = dishes_called(food_name)
    if not matches:
        raise ToolError("not_found", f"There is nothing called {food_name} in the food table.")
    return FoodMatches([Food(food_id(world.seed, d), d.name, d.grams, d.kilocalories, d.protein) for d in matches[:10]])


@toolkit.function
def log_meal(world: World, food_id: str, meal_time: MealTime) -> LoggedMeal:
    """Put one serving of a dish in today's food diary.

    Args:
        food_id: id of the food
        meal_time: the meal that it was eaten at
    """
    dish = dish_by_id(world.seed, food_id)
    state = world.of(HealthState)
    meal = Meal(world.new_id("meal", 6), dish.name, meal_time, dish.kilocalories, world.today)
    state.meals.append(meal)
    eaten = sum(m.calories_kcal for m in state.meals if m.day == world.today)
    return LoggedMeal(meal.meal_id, meal.food_name, meal_time, meal.calories_kcal, eaten)


@toolkit.function
def log_water(world: World, amount_ml: Milliliters) -> LoggedWater:
    """Put water that was drunk in today's diary.

    Args:
        amount_ml: how much, in milliliters; a glass has 250
    """
    state = world.of(HealthState)
    before = _water(state, world.today)
    if before + amount_ml > 8000:
        raise ToolError("limit_exceeded", f"That would make {before + amount_ml:,} ml in one day, the most is 8,000.")
    state.water.append(WaterDrunk(world.today, amount_ml))
    goal = state.water_goal_ml
    return LoggedWater(amount_ml, before + amount_ml, goal, max(goal - before - amount_ml, 0))


@toolkit.function
def log_weight(world: World, measured_kg: Weight) -> LoggedWeight:
    """Put today's weight in the diary.

    Args:
        measured_kg: what the scales show, in kilograms
    """
    state = world.of(HealthState)
    last = state.weights[-1]
    if last.measured_on == world.today:
        raise ToolError("already_exists", f"Today's weight is already in the diary, {last.weight_kg:g} kg.")
    if abs(measured_kg - last.weight_kg) > 8:
        raise ToolError("invalid_argument", f"{measured_kg:g} kg is too far from the last {last.weight_kg:g} kg.")
    state.weights.append(WeightEntry(world.today, measured_kg))
    change = round(measured_kg - last.weight_kg, 1)
    return LoggedWeight(world.today, measured_kg, change, last.weight_kg, last.measured_on)


@toolkit.function
def get_weight_history(world: World, since: date | None = None) -> WeightHistory:
    """Get what the scales have shown over the last months, newest first, and the change.

    Args:
        since: only weights of this day or later
    """
    state = world.of(HealthState)
    kept = [w for w in state.weights if since is None or w.measured_on >= since]
    if not kept:
        raise ToolError("not_found", "No weight has been put in the diary since then.")
    change = round(kept[-1].weight_kg - kept[0].weight_kg, 1)
    return WeightHistory(kept[::-1], change, state.target_weight_kg)


@toolkit.function
def get_daily_health_summary(world: World, day: date) -> DaySummary:
    """Get one day in figures: steps, distance on foot, workouts, water, calories eaten and burned.

    Args:
        day: the day, today or earlier
    """
    seen = measured(world, day)
    state = world.of(HealthState)
    workouts = [w for w in state.workouts if w.started_at.date() == day]
    return DaySummary(
        day=day,
        steps=seen.steps,
        step_goal=state.step_goal,
        distance_km=round(seen.steps * 0.00073, 1),
        water_ml=_water(state, day),
        calories_eaten_kcal=sum(m.calories_kcal for m in state.meals if m.day == day),
        calories_burned_kcal=round(seen.steps * 0.045) + sum(w.calories_burned for w in workouts),
        training_minutes=sum(w.duration_minutes for w in workouts),
        workout_titles=[w.workout_title for w in workouts],
    )


@toolkit.function
def get_sleep(world: World, day: date) -> Night:
    """Get how the user slept in the night that began on a day: how long, how deep, and when they woke up.

    Args:
        day: the day on whose evening the night began, yesterday for last night
    """
    if day >= world.today:
        raise ToolError("invalid_date", f"The night of {day.isoformat()} is not over yet.")
    seen = measured(world, day)
    slept = round((seen.awake_at - seen.asleep_at).total_seconds() / 60)
    return Night(day, seen.asleep_at, seen.awake_at, slept, seen.deep_minutes, seen.times_awake, seen.score)


@toolkit.function
def get_heart_rate(world: World, day: date) -> HeartRate:
    """Get the heart rate of one day in beats per minute: at rest, on average, and the highest.

    Args:
        day: the day, today or earlier
    """
    seen = measured(world, day)
    return HeartRate(day, seen.resting, seen.average, seen.highest, seen.highest_at)


@toolkit.function
def set_step_goal(world: World, daily_steps: Steps) -> StepGoal:
    """Set how many steps the user means to take each day.

    Args:
        daily_steps: steps in a day
    """
    state = world.of(HealthState)
    before = state.step_goal
    if daily_steps == before:
        raise ToolError("already_exists", f"The goal is {before:,} steps a day already.")
    state.step_goal = daily_steps
    return StepGoal(daily_steps, before, round(sum(_steps(world)) / 7))


@toolkit.function
def set_target_weight(world: World, goal_kg: Weight) -> WeightGoal:
    """Set the weight that the user would like to get to.

    Args:
        goal_kg: the weight to get to, in kilograms
    """
    state = world.of(HealthState)
    now = state.weights[-1].weight_kg
    if state.target_weight_kg == goal_kg:
        raise ToolError("already_exists", f"The weight to get to is {goal_kg:g} kg already.")
    if abs(goal_kg - now) > 20:
        raise ToolError("invalid_argument", f"{goal_kg:g} kg is too far from the {now:g} kg of today.")
    state.target_weight_kg = goal_kg
    return WeightGoal(goal_kg, now, round(goal_kg - now, 1))


@toolkit.function
def list_health_goals(world: World) -> HealthGoals:
    """List the user's goals for steps, water and weight and the training plans they follow, with how far they are."""
    state = world.of(HealthState)
    week = _steps(world)
    return HealthGoals(
        daily_steps=state.step_goal,
        average_steps_last_week=round(sum(week) / 7),
        days_step_goal_met_last_week=sum(steps >= state.step_goal for steps in week),
        water_goal_ml=state.water_goal_ml,
        water_today_ml=_water(state, world.today),
        target_weight_kg=state.target_weight_kg,
        current_weight_kg=state.weights[-1].weight_kg,
        followed_training_plans=[p.training_plan_name for p in state.plans if p.ends_on >= world.today],
    )


@toolkit.function
def search_training_plans(world: World, activity: Activity, plan_level: PlanLevel | None = None) -> TrainingPlans:
    """Search training plans for a kind of workout, shortest first, with their training plan ids.

    Args:
        activity: kind of workout
        plan_level: how much experience the plan asks for
    """
    kept = [p for p in plans_for(world.seed, activity) if plan_level in (None, p.plan_level)]
    if not kept:
        raise ToolError("not_found", f"There is no {plan_level} plan for {activity}.")
    return TrainingPlans(kept)


@toolkit.function
def start_training_plan(world: World, training_plan_id: str, start_date: date) -> StartedPlan:
    """Begin a training plan on a day; its sessions go into the diary.

    Args:
        training_plan_id: id of the training plan
        start_date: day of the first session
    """
    plan = plan_by_id(world.seed, training_plan_id)
    if start_date < world.today:
        raise ToolError("invalid_date", f"{start_date.isoformat()} is in the past.")
    state = world.of(HealthState)
    other = next((p for p in state.plans if p.activity == plan.activity and p.ends_on >= start_date), None)
    if other is not None:
        raise ToolError("conflict", f"The {other.training_plan_name} runs until {other.ends_on.isoformat()}.")
    made = followed(plan, start_date)
    state.plans.append(made)
    return StartedPlan(
        training_plan_id=plan.training_plan_id,
        training_plan_name=plan.training_plan_name,
        activity=plan.activity,
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        session_count=plan.weeks * plan.sessions_per_week,
        session_duration_minutes=plan.session_duration_minutes,
    )


def _water(state: HealthState, day: date) -> int:
    return sum(each.water_ml for each in state.water if each.day == day)


def _steps(world: World) -> list[int]:
    return [measured(world, world.today - timedelta(days=ago)).steps for ago in range(1, 8)]


register(toolkit)
