"""TRL's trainers, set up: `SFTTrainer` with weights, and `DPOTrainer` with a loss over every turn of both sides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from peft import LoraConfig
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from magnet_kg.training.collators import ITEM, WEIGHTS, CollatePairs, CollateRows
from magnet_kg.training.encoding import Example
from magnet_kg.training.forward import pack_forward
from magnet_kg.training.packing import padded_batches, plan_batches
from magnet_kg.training.processes import processes
from magnet_kg.training.settings import LoraSettings, MdpoSettings, SftSettings, TrainSettings

# What TRL's trainers log beside the loss.
_SFT_OUTPUTS = ("log_probs", "entropy", "is_top1")
_DPO_OUTPUTS = ("log_probs", "entropy", "mean_logits", "is_top1")
_POINTS, _CHECKPOINTS = 200, 10


class WeightedSFTTrainer(SFTTrainer):  # type: ignore[misc]
    """`SFTTrainer` whose batches may say how much the loss of each token counts (`weights`)."""

    def compute_loss(self, model: Any, inputs: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """TRL's loss, a mean over tokens, of weighted log-probabilities."""
        weights = inputs.pop(WEIGHTS, None)
        if weights is None:
            return super().compute_loss(model, inputs, *args, **kwargs)

        def weighted(**said: Any) -> Any:
            scored = model(**said)
            scored.log_probs = scored.log_probs * weights[:, 1:]
            return scored

        return super().compute_loss(weighted, inputs, *args, **kwargs)


class MultiTurnDPOTrainer(DPOTrainer):  # type: ignore[misc]
    """`DPOTrainer` on pairs that are tokens already.

    Its own preparation takes all that follows the prompt as the completion, what users and tools say included.
    `CollatePairs` gives the tokens and the mask that the loss covers; the loss is TRL's.
    """

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        return dataset


def sft_trainer(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    settings: SftSettings,
    out: Path,
    *,
    packed: bool,
    callbacks: Sequence[Any] = (),
) -> Any:
    """`WeightedSFTTrainer` over batches of rows.

    Args:
        model: a causal language model.
        tokenizer: of `fitted_tokenizer`.
        examples: rows with one side.
        settings: resolved, with a learning rate.
        out: for checkpoints.
        packed: whether the model's rows may stand in one sequence (`why_not_packed`); else they are padded.
        callbacks: of transformers.
    """
    rows = [one.sides[0] for one in examples]
    ids, most = [row.ids for row in rows], settings.batch_tokens
    if settings.packing and not packed:
        plan = padded_batches(ids, most)
    else:
        plan = plan_batches(ids, most, packing=settings.packing, share=settings.share_prefixes)
    batches = [[rows[at] for at in batch] for batch in plan]
    trainer = WeightedSFTTrainer(
        model=model,
        args=SFTConfig(
            **_arguments(settings, out, len(plan), settings.batches_per_step),
            per_device_train_batch_size=1,
            max_length=None,
            dataset_kwargs={"skip_prepare_dataset": True},
        ),
        data_collator=CollateRows(batches, tokenizer.pad_token_id, settings.text_weight, settings.opening_weight),
        train_dataset=Dataset.from_dict({ITEM: range(len(plan))}),
        processing_class=tokenizer,
        callbacks=list(callbacks),
        peft_config=_lora(settings.lora),
    )
    if packed:
        pack_forward(_bare(trainer.model), _SFT_OUTPUTS, share=settings.share_prefixes)
    return trainer


def mdpo_trainer(
    model: Any,
    reference: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    settings: MdpoSettings,
    out: Path,
    *,
    packed: bool,
    callbacks: Sequence[Any] = (),
) -> Any:
    """`MultiTurnDPOTrainer` over pairs; see `sft_trainer`.

    Args:
        model: see `sft_trainer`.
        reference: the model as it was; None with adapters, which are put aside instead.
        tokenizer: see `sft_trainer`.
        examples: pairs, with two sides.
        settings: resolved, with a learning rate.
        out: see `sft_trainer`.
        packed: see `sft_trainer`.
        callbacks: see `sft_trainer`.
    """
    batches = math.ceil(len(examples) / settings.pairs_per_batch)
    trainer = MultiTurnDPOTrainer(
        model=model,
        ref_model=reference,
        args=DPOConfig(
            **_arguments(settings, out, batches, settings.batches_per_step),
            per_device_train_batch_size=settings.pairs_per_batch,
            max_length=None,
            beta=settings.beta,
            **_losses(settings),
        ),
        data_collator=CollatePairs(examples, tokenizer.pad_token_id),
        train_dataset=Dataset.from_dict({ITEM: range(len(examples))}),
        processing_class=tokenizer,
        callbacks=list(callbacks),
        peft_config=_lora(settings.lora),
    )
    if packed:
        pack_forward(_bare(trainer.model), _DPO_OUTPUTS, share=settings.share_prefixes)
        if reference is not None:
            _pack_reference(trainer, share=settings.share_prefixes)
    return trainer


def _pack_reference(trainer: Any, *, share: bool) -> None:
    """Pack the reference's forward pass, and let the accelerator prepare it again.

    `DPOTrainer` has it prepared when it is made: mixed precision was put around the forward pass that packing replaces.
    Both models must compute in the same precision, else the loss would not begin at chance.
    """
    reference = trainer.ref_model
    pack_forward(_bare(reference), ("log_probs",), share=share)
    reference._is_accelerate_prepared = False
    trainer.ref_model = trainer.accelerator.prepare_model(reference, evaluation_mode=True)


def steps_of(settings: TrainSettings, batches: int, batches_per_step: int) -> int:
    """Steps of a whole training; each process takes its share of the batches."""
    if settings.max_steps is not None:
        return settings.max_steps
    return max(1, math.ceil(settings.epochs * math.ceil(math.ceil(batches / processes()) / batches_per_step)))


def _arguments(settings: TrainSettings, out: Path, batches: int, batches_per_step: int) -> dict[str, Any]:
    """What both trainers are told alike."""
    from torch import cuda

    steps = steps_of(settings, batches, batches_per_step)
    return {
        "output_dir": str(out),
        "num_train_epochs": settings.epochs,
        "max_steps": settings.max_steps or -1,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.schedule if settings.schedule != "constant" else "constant_with_warmup",
        "warmup_steps": math.ceil(settings.warmup * steps),
        "weight_decay": settings.weight_decay,
        "adam_beta2": settings.beta2,
        "max_grad_norm": settings.clip,
        "gradient_accumulation_steps": batches_per_step,
        "activation_checkpointing": settings.gradient_checkpointing,
        "bf16": settings.precision == "bf16",
        "use_cpu": not cuda.is_available(),
        "logging_steps": settings.log_steps or max(1, steps // _POINTS),
        "save_steps": settings.save_steps or max(1, math.ceil(steps / _CHECKPOINTS)),
        "save_total_limit": 2,
        "seed": settings.seed,
        "remove_unused_columns": False,
        "dataloader_pin_memory": cuda.is_available(),
        "report_to": [],
        "disable_tqdm": True,
    }


def _losses(settings: MdpoSettings) -> dict[str, Any]:
    main = "sigmoid_norm" if settings.length_normalised else "sigmoid"
    if not settings.sft_weight:
        return {"loss_type": [main]}
    return {"loss_type": [main, "sft"], "loss_weights": [1.0, settings.sft_weight]}


def _lora(settings: LoraSettings | None) -> Any:
    if settings is None:
        return None
    targets = settings.targets if isinstance(settings.targets, str) else list(settings.targets)
    return LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )


def _bare(model: Any) -> Any:
    """The language model itself, without what adapters wrap around it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model
