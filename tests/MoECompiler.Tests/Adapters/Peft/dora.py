"""Writes dora.safetensors, which DoraVectorTests reads: what PyTorch computes of DoRA.

    python dora.py FOLDER

needs torch. The model is the mixture of models.py, each of whose matrices acts as m V / |V| with V = W + 2 B A and the norm that of a row (Liu et
al., DoRA, equation 5), those of experts too: the loss, the gradients by autograd with the norm's term and with the norm detached, and the matrices.
All is computed in double precision and rounded to 32 bits as it is written.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.stateless import functional_call

from models import CLASSES, COLUMNS, ROWS, Mixture, fill, narrow

RANK, SCALE = 3, 2.0


def save(tensors, path):
    """The file as safetensors has it, without its package."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        content = tensor.numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def acting(weight, a, b, m, detach):
    v = weight + SCALE * b @ a
    norm = v.norm(dim=-1)
    return (m / (norm.detach() if detach else norm))[..., None] * v


def main(folder):
    torch.manual_seed(1)
    model = Mixture().double()
    fill(model, 0.5)
    weights = dict(model.named_parameters())
    x = torch.randn(ROWS, COLUMNS).float().double()
    labels = torch.randint(CLASSES, (ROWS,))
    tensors = {f"base.{name}": weight.detach().clone() for name, weight in weights.items()} | {"x": x, "labels": labels.double()}
    parts = {}
    for name, weight in weights.items():
        if name.endswith(".weight") and "router" not in name:
            a = (torch.randn(*weight.shape[:-2], RANK, weight.shape[-1]) * 0.3).float().double()
            b = (torch.randn(*weight.shape[:-1], RANK) * 0.3).float().double()
            m = (weight.detach().norm(dim=-1) * (1 + 0.3 * torch.randn(weight.shape[:-1]))).float().double()
            parts[name] = {"A": a, "B": b, "m": m}
    for kind, detach in (("gradient", False), ("detached", True)):
        for each in parts.values():
            for part in each.values():
                part.requires_grad_().grad = None
        adapted = {name: acting(weights[name].detach(), *each.values(), detach) for name, each in parts.items()}
        logits = functional_call(model, adapted, x)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        tensors |= {"logits": logits, "loss": loss[None]}
        for name, each in parts.items():
            tensors[f"merged.{name}"] = adapted[name]
            for key, part in each.items():
                tensors[f"{key}.{name}"] = part
                tensors[f"{kind}.{key}.{name}"] = part.grad.clone()
    save(narrow(tensors), folder / "dora.safetensors")


main(Path(sys.argv[1]))
