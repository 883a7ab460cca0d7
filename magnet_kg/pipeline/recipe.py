"""Recipes: what a run makes, as one checked record; unknown keys are errors with their line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.path import Kind
from magnet_kg.domain.record import content_hash
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.paths.shapes import PathSettings
from magnet_kg.pipeline.servers import check_environment, server_settings
from magnet_kg.teacher.mixed import Roster, roster_of
from magnet_kg.teacher.settings import Duty, Teachers, TeacherSettings

KINDS: tuple[Kind, ...] = ("single", "parallel", "multiple", "multi_turn", "irrelevance")


Server = Annotated[ServerSettings, BeforeValidator(server_settings), AfterValidator(check_environment)]


class Mix(BaseModel):
    """Rows of each kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    single: int = Field(0, ge=0)
    parallel: int = Field(0, ge=0)
    multiple: int = Field(0, ge=0)
    multi_turn: int = Field(0, ge=0)
    irrelevance: int = Field(0, ge=0)

    @property
    def total(self) -> int:
        """Rows of all kinds."""
        return sum(self.by_kind.values())

    @property
    def by_kind(self) -> dict[Kind, int]:
        """Rows by kind, in the order of `KINDS`."""
        return {kind: getattr(self, kind) for kind in KINDS}


class Pool(BaseModel):
    """Rows that are made of catalogs, beside those over the toolkits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    catalogs: tuple[str, ...] = Field((), description="whose functions; those of all MCP servers, where it is empty")
    executors: tuple[Literal["aws", "mcp", "simulator"], ...] = Field(
        ("simulator",), min_length=1, description="what may run them; a function goes to the first that can"
    )
    functions: int = Field(10_000, ge=2, description="at most so many, drawn by the seed")
    longest: int | None = Field(
        None, ge=200, description="functions whose definition has more characters than this are left out"
    )
    sft: Mix = Mix()
    preference: Mix = Mix()

    def has(self, kind: Kind) -> bool:
        """Whether it makes rows of a kind."""
        return self.sft.by_kind[kind] + self.preference.by_kind[kind] > 0


class Recipe(BaseModel):
    """What a run makes. The defaults of `paths` give the paper's means over multi-turn rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    seed: int = Field(1, ge=0, description="everything random derives from it")
    worlds: int = Field(200, ge=1, description="how many different worlds the rows happen in")
    attempts: int = Field(8, ge=1, description="how often a row that is rejected is made anew")
    candidates: Literal["random", "retrieved", "hybrid"] = Field("hybrid", description="how pairs to judge are found")
    toolkits: tuple[str, ...] = Field((), description="rows use and offer only functions of these; all, where empty")
    teacher: TeacherSettings = Field(TeacherSettings(), description="who judges and writes")
    teachers: dict[Duty, Teachers] = Field(
        {}, description="who has a duty instead; of several, one is drawn for each row"
    )
    paths: PathSettings = PathSettings()
    masked: float = Field(
        0.0, ge=0, le=1, description="share of rows for SFT in which names of functions and parameters say nothing"
    )
    sft: Mix = Mix()
    preference: Mix = Mix()
    pools: dict[str, Pool] = Field({}, description="rows over catalogs, by the word that their ids begin with")
    servers: dict[str, Server] = Field({}, description="MCP servers by catalog: a command, an address, or settings")

    @model_validator(mode="after")
    def _makes_something(self) -> Recipe:
        if self.total == 0:
            raise ValueError("a recipe makes at least one row, under sft: or preference:")
        for name in self.pools:
            if not re.fullmatch(r"[a-z][a-z0-9]*", name) or name == "pair":
                raise ValueError(f"pools: {name} is no name for a pool: lower-case letters and digits")
        return self

    @model_validator(mode="after")
    def _teachers_go_together(self) -> Recipe:
        if self._clash:
            raise ValueError("; ".join(self._clash))
        return self

    @property
    def _clash(self) -> tuple[str, str] | None:
        """What of the teachers does not go together, and what to do about it."""
        if len({one.kind for one in self.roster["simulate"]}) > 1:
            return (
                "teachers: simulate: outputs are made up by models or by rules, not by both in one run",
                "name models alone, or rules alone",
            )
        models_ask = any(one.kind == "llm" for one in self.roster["translate"])
        rules_answer = any(one.kind == "rules" for one in self.roster["respond"])
        irrelevant = any(mix.irrelevance for mix in self.mixes.values())
        if models_ask and rules_answer and irrelevant and self.paths.no_tool > 0:
            return (
                "teachers: the rules that respond cannot answer what a model asks where no tool is needed",
                "give respond to a model too, or set paths: no_tool: 0",
            )
        return None

    def taught_by(self, teacher: TeacherSettings, teachers: Mapping[Duty, tuple[TeacherSettings, ...]]) -> Recipe:
        """The recipe with other teachers.

        Raises:
            MagnetError: they do not go together.
        """
        taught = self.model_copy(update={"teacher": teacher, "teachers": dict(teachers)})
        if taught._clash:
            what, do = taught._clash
            raise MagnetError(what, where=f"recipe {self.name}", do=do[0].upper() + do[1:])
        return taught

    @property
    def uses_toolkits(self) -> bool:
        """Whether some rows are made of the toolkits' functions; their worlds are there in any case."""
        return self.sft.total + self.preference.total > 0

    @property
    def total(self) -> int:
        """Rows and pairs."""
        return sum(mix.total for mix in self.mixes.values())

    @property
    def mixes(self) -> dict[tuple[str, Literal["sft", "preference"]], Mix]:
        """Every mix by the pool that it draws from ("" for the toolkits) and by what becomes of the rows."""
        pools: list[tuple[str, Recipe | Pool]] = [("", self), *self.pools.items()]
        mixes: dict[tuple[str, Literal["sft", "preference"]], Mix] = {}
        for name, one in pools:
            mixes[name, "sft"], mixes[name, "preference"] = one.sft, one.preference
        return mixes

    @property
    def roster(self) -> Roster:
        """Who has which duty."""
        return roster_of(self.teacher, self.teachers)

    @property
    def record(self) -> dict[str, Any]:
        """Every setting that shapes rows, as `recipe.yaml` says it; not where a model is, or how often it is called."""
        shapes = {duty: [one.shape for one in given] for duty, given in self.teachers.items()}
        return {**self.model_dump(mode="json"), "teacher": self.teacher.shape, "teachers": shapes}

    @property
    def hash(self) -> str:
        """Changes with every setting that shapes rows."""
        return content_hash(self.record)

    def scaled(self, rows: int) -> Recipe:
        """The same mix with this many rows and pairs in all; every kind that it has keeps at least one.

        Raises:
            MagnetError: fewer rows than kinds.
        """
        counts = {(*key, kind): n for key, mix in self.mixes.items() for kind, n in mix.by_kind.items() if n}
        if rows < len(counts):
            raise MagnetError(
                f"{rows} rows are fewer than the recipe's {len(counts)} kinds", where=f"recipe {self.name}",
                do=f"Ask for at least {len(counts)} rows",
            )  # fmt: skip
        scaled = {key: max(1, n * rows // self.total) for key, n in counts.items()}
        # What rounding has left over or taken too much goes to the largest kinds.
        largest = sorted(counts, key=lambda key: (-counts[key], key))
        at = 0
        while (left := rows - sum(scaled.values())) != 0:
            key = largest[at % len(largest)]
            if left > 0 or scaled[key] > 1:
                scaled[key] += 1 if left > 0 else -1
            at += 1

        def mixes(pool: str) -> dict[str, Mix]:
            return {
                part: Mix.model_validate({k: n for (p, of, k), n in scaled.items() if (p, of) == (pool, part)})
                for part in ("sft", "preference")
            }

        pools = {name: pool.model_copy(update=mixes(name)) for name, pool in self.pools.items()}
        return self.model_copy(update={**mixes(""), "pools": pools})


def recipe_names() -> list[str]:
    """The recipes that come with the tool."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in files("magnet_kg.recipes").iterdir()
        if entry.name.endswith(".yaml")
    )


def load_recipe(name: str) -> Recipe:
    """A recipe by name, or from a YAML file.

    Raises:
        MagnetError: no such recipe, or an unknown key or wrong value, with file and line.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.exists():
            raise MagnetError(
                "there is no such recipe file",
                where=name,
                do=f"Built-in recipes: {', '.join(recipe_names())}",
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise MagnetError("the recipe is not text in UTF-8", where=name, do="Save it as UTF-8") from error
    elif name in recipe_names():
        text = files("magnet_kg.recipes").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    else:
        raise MagnetError(
            f"there is no recipe called {name}",
            do=f"Use one of {', '.join(recipe_names())}, or the path of a .yaml file",
        )
    return parse_recipe(text, name)


def parse_recipe(text: str, where: str) -> Recipe:
    """A recipe from YAML text; `where` is named in errors."""
    try:
        data: Any = yaml.safe_load(text)
        return Recipe.model_validate(data)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise MagnetError("the recipe is not YAML", where=f"{where}{line}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        named = ".".join(place).removesuffix(".[key]")
        where = f"{where}:{_line_of(text, place)}"
        if first["type"] == "extra_forbidden" or (first["type"] == "literal_error" and place[-1] == "[key]"):
            known = ", ".join(_known_keys(place))
            raise MagnetError(f"unknown key {named}", where=where, do=f"Known keys: {known}") from error
        raise MagnetError(f"{named or 'recipe'}: {first['msg'].removeprefix('Value error, ')}", where=where) from error


def _known_keys(place: list[str]) -> list[str]:
    """The keys of the record, or of the mapping, in which an unknown one was found."""
    found: Any = Recipe
    for part in place[:-1]:
        if isinstance(found, type) and issubclass(found, BaseModel):
            found = _plain(found.model_fields[part].annotation)
        elif get_origin(found) is dict and place[-1] == "[key]":
            return list(get_args(get_args(found)[0]))
        else:
            # A mapping by name, or a tuple by number, of one kind of record.
            found = _plain(get_args(found)[1 if get_origin(found) is dict else 0])
    return list(found.model_fields)


def _plain(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _line_of(text: str, place: list[str]) -> int:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 0
    for part in place:
        if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == part:
                    line, node = key.start_mark.line, value
                    break
    return line + 1
