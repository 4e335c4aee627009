"""A Stable Diffusion pipeline with random weights, small enough to paint 64×64 pixels in a moment on one core."""

import string
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

WIDTH = 32


def save_tiny_pipeline(folder: Path, *, prudish: bool = False) -> Path:
    """Write it as safetensors; a prudish one has a safety checker that objects to every picture."""
    torch.manual_seed(0)
    tokenizer = make_tokenizer()
    StableDiffusionPipeline(
        tokenizer=tokenizer,
        text_encoder=make_text_encoder(tokenizer),
        unet=make_unet(),
        vae=make_vae(),
        scheduler=EulerDiscreteScheduler(steps_offset=1),
        safety_checker=make_safety_checker() if prudish else None,
        feature_extractor=CLIPImageProcessorPil(size=32, crop_size=32) if prudish else None,
        requires_safety_checker=prudish,
    ).save_pretrained(folder)
    return folder


def make_tokenizer() -> Any:
    """Letter by letter: no merges."""
    letters = string.ascii_lowercase + string.digits + string.punctuation
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=77)


def make_text_encoder(tokenizer: Any) -> Any:
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)


def make_unet() -> Any:
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(WIDTH, 2 * WIDTH),
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )


def make_vae() -> Any:
    """Four levels, so that a latent cell is eight pixels wide as in the real ones."""
    return AutoencoderKL(
        block_out_channels=(16, 16, 32, 32),
        norm_num_groups=16,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
    )


def make_safety_checker() -> Any:
    """The real one, but for thresholds below what any picture reaches."""
    small = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    vision = {**small, "image_size": 32, "patch_size": 8, "projection_dim": 32}
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, projection_dim=32))
    checker.concept_embeds_weights.data.fill_(-2)
    return checker
