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

COLUMNS, WIDTH, EXPERTS, TOP_K, INNER, CLASSES, DEPTH, ROWS = 5, 6, 4, 2, 7, 3, 2, 9


class Stack(nn.Module):
    """A matrix for each expert: x [T, in] or [T, E, in] gives [T, E, out]."""

    def __init__(self, experts, rows, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(experts, rows, columns))

    def forward(self, x):
        return torch.einsum("tw,eiw->tei" if x.dim() == 2 else "tei,ewi->tew", x, self.weight)


class Experts(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = Stack(EXPERTS, INNER, WIDTH)
        self.up = Stack(EXPERTS, INNER, WIDTH)
        self.down = Stack(EXPERTS, WIDTH, INNER)

    def forward(self, x):
        return self.down(nn.functional.silu(self.gate(x)) * self.up(x))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.router = nn.Linear(WIDTH, EXPERTS, bias=False)
        self.experts = Experts()

    def forward(self, x):
        scores = torch.softmax(self.router(x), dim=-1)
        weights, chosen = torch.topk(scores, TOP_K)
        weights = weights / weights.sum(dim=-1, keepdim=True)
        rows = torch.gather(self.experts(x), 1, chosen[:, :, None].expand(-1, -1, WIDTH))
        return (weights[:, :, None] * rows).sum(dim=1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlp = Mlp()

    def forward(self, x):
        return x + self.mlp(x)


class Mixture(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(COLUMNS, WIDTH)
        self.layers = nn.ModuleList(Block() for _ in range(DEPTH))
        self.head = nn.Linear(WIDTH, CLASSES, bias=False)

    def forward(self, x):
        x = torch.tanh(self.stem(x))
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


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


def fill(module, scale):
    """Random numbers that 32 bits hold."""
    for parameter in module.parameters():
        parameter.data = (torch.randn(parameter.shape) * scale).float().double()


def narrow(tensors):
    return {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}


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
