"""Random weights: of Stable Diffusion XL's size, and of the tests' size where the folder is called tiny.

The shapes are those of stabilityai/stable-diffusion-xl-base-1.0: 3.5 billion numbers, 7 GB.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from tests.models.tiny_pipeline import make_tokenizer, save_tiny_pipeline

VOCABULARY = 49_408


def save_sdxl_pipeline(folder: Path) -> None:
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        parts = {"unet": make_unet(), "vae": make_vae(), **make_text_encoders()}
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, timestep_spacing="leading"
    )
    tokenizers = {"tokenizer": make_tokenizer(), "tokenizer_2": make_tokenizer()}
    StableDiffusionXLPipeline(scheduler=scheduler, **tokenizers, **parts).save_pretrained(folder)


def make_unet() -> Any:
    return UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        layers_per_block=2,
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    )


def make_vae() -> Any:
    """Without ``force_upcast``, as in the editions of it that are made for half precision."""
    return AutoencoderKL(
        sample_size=1024,
        block_out_channels=(128, 256, 512, 512),
        layers_per_block=2,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=False,
    )


def make_text_encoders() -> dict[str, Any]:
    """CLIP ViT-L and OpenCLIP ViT-bigG."""
    small = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
    big = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20}
    words: Any = {"vocab_size": VOCABULARY, "eos_token_id": make_tokenizer().eos_token_id}
    return {
        "text_encoder": CLIPTextModel(CLIPTextConfig(**small, **words, projection_dim=768)),
        "text_encoder_2": CLIPTextModelWithProjection(CLIPTextConfig(**big, **words, projection_dim=1280)),
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    save = save_tiny_pipeline if target.name == "tiny" else save_sdxl_pipeline
    save(target)
