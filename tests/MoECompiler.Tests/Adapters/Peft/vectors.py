"""Writes the vectors that PeftVectorTests reads: adapters as PEFT saves them, and what PyTorch computes with them.

    python vectors.py FOLDER

needs torch, peft and safetensors; the files beside this script are of PEFT 0.20. They hold two models of the same weights as PeftModels.cs:
mixture, a linear layer and two layers of routed SwiGLU experts, with the loss and the gradient of each factor by autograd; and nested, a module
with two parameters that are both adapted. All is computed in double precision and rounded to 32 bits as it is written.
"""

import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from torch import nn

from models import CLASSES, COLUMNS, EXPERTS, ROWS, WIDTH, Mixture, fill, narrow

class Router(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(EXPERTS, WIDTH))
        self.noise = nn.Parameter(torch.zeros(EXPERTS, WIDTH))

    def forward(self, x):
        return x @ self.weight.T + x @ self.noise.T


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlp = nn.Module()
        self.mlp.router = Router()

    def forward(self, x):
        return self.mlp.router(x)


def adapt(model, folder, **options):
    """The model under an adapter of random factors, which is saved."""
    adapted = get_peft_model(model, LoraConfig(r=3, lora_alpha=6, lora_dropout=0.0, **options))
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            parameter.data = (torch.randn(parameter.shape) * 0.3).float().double()
    trained = {name: parameter.data for name, parameter in adapted.named_parameters()}
    for name, parameter in adapted.named_parameters():
        parameter.data = trained[name].float()
    adapted.save_pretrained(folder)
    for name, parameter in adapted.named_parameters():
        parameter.data = trained[name]
    return adapted


def main(folder):
    torch.manual_seed(1)
    mixture = Mixture().double()
    fill(mixture, 0.5)
    tensors = {f"base.{name}": parameter.detach().clone() for name, parameter in mixture.named_parameters()}
    adapted = adapt(
        mixture, folder / "mixture", target_modules=["stem", "head"],
        target_parameters=["experts.gate.weight", "experts.up.weight", "experts.down.weight"])
    x = torch.randn(ROWS, COLUMNS).float().double()
    labels = torch.randint(CLASSES, (ROWS,))
    logits = adapted(x)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    tensors |= {"x": x, "labels": labels, "logits": logits, "loss": loss[None]}
    for name, parameter in adapted.named_parameters():
        if parameter.requires_grad:
            tensors["gradient." + name.replace(".default", "")] = parameter.grad
    for name, parameter in adapted.merge_and_unload().named_parameters():
        tensors["merged." + name] = parameter
    save_file(narrow(tensors), folder / "mixture.safetensors")

    nested = Nested().double()
    fill(nested, 0.5)
    tensors = {f"base.{name}": parameter.detach().clone() for name, parameter in nested.named_parameters()}
    adapted = adapt(nested, folder / "nested", target_modules=[], target_parameters=["mlp.router.weight", "mlp.router.noise"])
    for name, parameter in adapted.merge_and_unload().named_parameters():
        tensors["merged." + name] = parameter
    save_file(narrow(tensors), folder / "nested.safetensors")


main(Path(sys.argv[1]))
