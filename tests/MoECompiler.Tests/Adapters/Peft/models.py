"""The models of PeftModels.cs in PyTorch, for vectors.py and dora.py."""

import torch
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


def fill(module, scale):
    """Random numbers that 32 bits hold."""
    for parameter in module.parameters():
        parameter.data = (torch.randn(parameter.shape) * scale).float().double()


def narrow(tensors):
    return {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}
