"""Writes the vectors that LossVectorTests reads: losses and their gradients by PyTorch's autograd.

    python losses.py FILE

needs torch; the file beside this script is of PyTorch 1.13. Of each loss it holds its operands x0, x1, ..., what it is for each row, y, random numbers
w, and the derivatives d0, d1, ... of sum(w y) by the operands that have one. All is computed in double precision, from numbers that 32 bits hold.
"""

import sys

import torch
from torch.nn import functional as F

from optimizers import write

ROWS, CLASSES = 11, 5


def numbers(*shape):
    return torch.randn(*shape).float().double()


def focal(logits, labels, gamma, alpha):
    entropy = F.cross_entropy(logits, labels, reduction="none", ignore_index=-1)
    return alpha * (1 - torch.exp(-entropy)) ** gamma * entropy


def preference(beta, smoothing):
    def loss(chosen, rejected, reference, reference_rejected):
        margin = beta * (chosen - rejected - (reference - reference_rejected))
        return -(1 - smoothing) * F.logsigmoid(margin) - smoothing * F.logsigmoid(-margin)

    return loss


def odds_ratio(chosen, rejected):
    log_odds = (chosen - rejected) - (torch.log1p(-torch.exp(chosen)) - torch.log1p(-torch.exp(rejected)))
    return -F.logsigmoid(log_odds)


def policy(log_probability, old, advantages):
    ratio = torch.exp(log_probability - old)
    return -torch.minimum(ratio * advantages, torch.clamp(ratio, 1 - 0.2, 1 + 0.2) * advantages)


def value(values, old, returns):
    moved = old + torch.clamp(values - old, -0.2, 0.2)
    return torch.maximum((values - returns) ** 2, (moved - returns) ** 2)


def divergence(p, q):
    return F.kl_div(F.log_softmax(q, -1), F.log_softmax(p, -1), reduction="none", log_target=True).sum(-1)


def main(path):
    torch.manual_seed(2)
    labels = torch.randint(CLASSES, (ROWS,))
    labels[3] = -1
    logits, others = 2 * numbers(ROWS, CLASSES), 2 * numbers(ROWS, CLASSES)
    a, b, c, d = (numbers(ROWS) for _ in range(4))
    below = [(-0.05 - numbers(ROWS).abs()).float().double() for _ in range(2)]
    near = (a + 0.3 * b).float().double()
    row_weights = numbers(ROWS).abs()
    classes = torch.distributions.Categorical
    losses = {
        "focal-2": (lambda x, y: focal(x, y, 2.0, 0.25), [logits, labels]),
        "focal-1.5": (lambda x, y: focal(x, y, 1.5, 1.0), [logits, labels]),
        "weighted": (lambda x, y, w: w * F.cross_entropy(x, y, reduction="none", ignore_index=-1, label_smoothing=0.1), [logits, labels, row_weights]),
        "log-probability": (lambda x, y: -F.cross_entropy(x, y, reduction="none", ignore_index=-1), [logits, labels]),
        "preference": (preference(0.1, 0.0), [5 * a, 5 * b, 5 * c, 5 * d]),
        "preference-smooth": (preference(0.5, 0.2), [5 * a, 5 * b, 5 * c, 5 * d]),
        "odds-ratio": (odds_ratio, below),
        "policy": (policy, [near, a, c]),
        "value": (value, [near, a, c]),
        "entropy": (lambda x: classes(logits=x).entropy(), [logits]),
        "divergence": (divergence, [logits, others]),
        "estimate": (lambda x, r: torch.exp(r - x) - (r - x) - 1, [a, b]),
    }
    tensors = {}
    for name, (loss, operands) in losses.items():
        operands = [x.detach().clone().requires_grad_() if x.is_floating_point() else x for x in operands]
        y = loss(*operands)
        weights = numbers(ROWS)
        (y * weights).sum().backward()
        tensors[f"{name}.y"], tensors[f"{name}.w"] = y.detach(), weights
        for i, x in enumerate(operands):
            tensors[f"{name}.x{i}"] = x.detach().double()
            if x.is_floating_point() and x.grad is not None:
                tensors[f"{name}.d{i}"] = x.grad
    write(path, tensors)


if __name__ == "__main__":
    main(sys.argv[1])
