"""Writes the vectors that OptimizerVectorTests reads: weights after each step of PyTorch's optimizers.

    python optimizers.py FILE

needs torch; the file beside this script is of PyTorch 1.13. Every optimizer starts from the same weights and is given the same gradients, in double
precision; all is rounded to 32 bits as it is written.
"""

import json
import struct
import sys

import torch

COUNT, STEPS, DECAY = 37, 25, 0.1

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=DECAY),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=DECAY, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=DECAY, momentum=0.9, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05, weight_decay=DECAY),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, weight_decay=DECAY),
    "rmsprop-momentum": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, weight_decay=DECAY, momentum=0.8),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=1, rho=0.9, weight_decay=DECAY),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), weight_decay=DECAY),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.8, 0.95), weight_decay=DECAY),
}


def write(path, tensors):
    """A safetensors file of F32."""
    header, offset = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + 4 * tensor.numel()]}
        offset += 4 * tensor.numel()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(struct.pack(f"<{tensor.numel()}f", *tensor.flatten().tolist()))


def main(path):
    torch.manual_seed(1)
    # As 32-bit floats they are exact, so that both sides compute with the same numbers.
    start = torch.randn(COUNT).float()
    gradients = torch.randn(STEPS, COUNT).float()
    tensors = {"start": start, "gradients": gradients}
    for name, optimizer in OPTIMIZERS.items():
        weight = torch.nn.Parameter(start.double())
        stepper = optimizer([weight])
        steps = []
        for gradient in gradients:
            weight.grad = gradient.double()
            stepper.step()
            steps.append(weight.detach().clone())
        tensors[name] = torch.stack(steps)
    write(path, tensors)


if __name__ == "__main__":
    main(sys.argv[1])
