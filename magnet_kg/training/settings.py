"""How a model is trained: what the flags and a configuration file set."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.training.rows import Method

# Below this, a model wants the learning rates of small ones.
SMALL = 1_000_000_000


class LoraSettings(BaseModel):
    """Low-rank adapters, instead of training all weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: int = Field(16, ge=1)
    alpha: int = Field(32, ge=1, description="the adapters' output is scaled by alpha / rank")
    dropout: float = Field(0.0, ge=0, lt=1)
    targets: str | tuple[str, ...] = Field("all-linear", description="names of modules, as peft takes them")


class TrainSettings(BaseModel):
    """What both methods share. What is left at None is resolved for the model, and written to `training.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(1.0, gt=0)
    max_steps: int | None = Field(None, ge=1, description="end after so many steps, whatever `epochs` says")
    learning_rate: float | None = Field(None, gt=0, description="at its height; chosen by the model's size and lora")
    schedule: Literal["cosine", "linear", "constant"] = Field("cosine", description="after the warm-up")
    warmup: float = Field(0.04, ge=0, lt=1, description="share of the steps in which the rate rises")
    weight_decay: float = Field(0.01, ge=0)
    beta2: float = Field(0.98, gt=0, lt=1, description="of AdamW")
    clip: float = Field(1.0, gt=0, description="longest gradient")
    max_tokens: int | None = Field(None, ge=16, description="longer rows are left out; the model's context")
    trained_tokens: int | None = Field(
        None,
        ge=1,
        description="rows are drawn, in the order of the seed, for so many trained tokens an epoch; all rows",
    )
    lora: LoraSettings | None = None
    precision: Literal["auto", "bf16", "fp32"] = Field("auto", description="auto: bf16 where the hardware has it")
    attention: str | None = Field(None, description="as transformers names it: sdpa, eager, flash_attention_2")
    gradient_checkpointing: bool = Field(False, description="less memory, about a third more time")
    share_prefixes: bool = Field(True, description="compute what rows of a batch begin with only once")
    save_steps: int | None = Field(None, ge=1, description="a checkpoint every so many steps; ten in all")
    log_steps: int | None = Field(None, ge=1, description="a point of the curves every so many steps; about 200 in all")
    seed: int = Field(1, ge=0)
    threads: int | None = Field(None, ge=1, description="of the processor")


class SftSettings(TrainSettings):
    """Supervised training on the assistant's tokens of every turn."""

    batch_tokens: int = Field(4096, ge=16, description="tokens that are computed at once; a longer row stands alone")
    batches_per_step: int = Field(2, ge=1, description="batches whose gradients make one step")
    packing: bool = Field(True, description="several rows in a batch, in one sequence without padding")
    until_calls: float = Field(
        0.0, ge=0, le=1, description="share of the rows of one turn that end after the assistant's first calls"
    )
    text_weight: float = Field(
        1.0, gt=0, description="of the loss of messages without calls, but for the first token of each"
    )
    opening_weight: float = Field(
        1.0,
        gt=0,
        description="of the loss of the first token of each message, which decides whether anything is called",
    )


class MdpoSettings(TrainSettings):
    """Multi-turn DPO: the assistant's tokens of every turn on both sides (METHOD.md §8)."""

    beta: float = Field(0.1, gt=0, description="how closely the model is held to what it was")
    sft_weight: float = Field(0.0, ge=0, description="of the supervised loss on the chosen side, added to the other")
    length_normalised: bool = Field(False, description="log-probabilities as means over tokens")
    pairs_per_batch: int = Field(1, ge=1, description="pairs that are computed at once")
    batches_per_step: int = Field(8, ge=1, description="batches whose gradients make one step")


SETTINGS: dict[Method, type[SftSettings] | type[MdpoSettings]] = {"sft": SftSettings, "mdpo": MdpoSettings}


def load_settings(method: Method, file: Path | None, flags: dict[str, Any]) -> SftSettings | MdpoSettings:
    """Settings from a YAML file, with the flags that were given put over them, key by key where they are groups.

    Raises:
        MagnetError: an unknown key, or a value that does not fit.
    """
    told: Any = {}
    if file is not None:
        try:
            told = yaml.safe_load(file.read_text("utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())
            raise MagnetError(f"not YAML ({reason})", where=str(file), do="Give keys and values") from error
        if not isinstance(told, dict):
            raise MagnetError("not keys and values", where=str(file), do="Give one `key: value` a line")
    said = {key: {**told[key], **one} if _both(told.get(key), one) else one for key, one in flags.items()}
    try:
        return SETTINGS[method].model_validate({**told, **said})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(one) for one in first["loc"])
        known = ", ".join(SETTINGS[method].model_fields)
        raise MagnetError(
            f"{key}: {first['msg'].lower()}", where=None if file is None else str(file), do=f"The keys are {known}"
        ) from error


def _both(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)


def default_rate(method: Method, parameters: int, lora: bool) -> float:
    """The learning rate that a model gets where none is given.

    Args:
        method: DPO takes about a tenth of the rate of supervised training.
        parameters: of the model; a small one takes more.
        lora: adapters take about ten times the rate of all weights.
    """
    small = parameters < SMALL
    if method == "sft":
        return (1e-3 if small else 2e-4) if lora else (3e-4 if small else 2e-5)
    return (1e-4 if small else 1e-5) if lora else (2e-5 if small else 1e-6)
