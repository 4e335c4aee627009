"""A chat model of two layers with random weights: it says English words without sense, always the same, and ends."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

VOCABULARY = "a the red fox cat car dawn light grass road stands glows under over with and soft low golden misty"
WORDS = VOCABULARY.split()
UNKNOWN, END = "<unk>", "<end>"
TEMPLATE = "{% for message in messages %}{{ message['content'] }} {% endfor %}"
SAYS_WORDS = 30


def save_tiny_chat_model(folder: Path) -> Path:
    """Write weights, tokenizer and how to sample, as ``transformers serve`` loads them."""
    torch.manual_seed(0)
    tokenizer = make_tokenizer()
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=4_096,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        do_sample=False,
        suppress_tokens=[tokenizer.unk_token_id],
        min_new_tokens=SAYS_WORDS,
        # From there on the end grows likelier until it wins.
        exponential_decay_length_penalty=(SAYS_WORDS, 4.0),
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Word by word; all other words are one unknown word."""
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate([UNKNOWN, END, *WORDS])}, unk_token=UNKNOWN))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token=UNKNOWN, eos_token=END)
    tokenizer.chat_template = TEMPLATE
    return tokenizer
