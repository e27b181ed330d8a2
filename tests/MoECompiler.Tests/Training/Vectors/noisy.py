"""Writes the vectors that NoisyVectorTests reads: a noisy top-k mixture by PyTorch's autograd.

    python noisy.py FILE

needs torch; the file beside this script is of PyTorch 1.13. The layer is that of Shazeer et al., Outrageously Large Neural Networks, 2017, equations
3 to 11: the softmax of the K best of x W + N(0, 1) softplus(x W_noise), two-layer experts with Relu, and the squared coefficients of variation of
importance and of expected load; importance is that of the softmax of all logits without noise, as in V-MoE. The loss is the mean squared error plus a
tenth of each. The normal numbers are those of Philox4x32-10 (Salmon et al., 2011) at seed, step and site, by Box and Muller, written here once more.
All is computed in double precision and rounded to 32 bits as it is written.
"""

import math
import sys

import torch
from torch.nn import functional as F

from optimizers import write

ROWS, WIDTH, EXPERTS, TOP, INNER = 7, 5, 4, 2, 6
SEED, STEP, SITE = 7, 3, 0


def philox(counter, key):
    x, y, z, w = counter
    low, high = key
    for _ in range(10):
        p, q = 0xD2511F53 * x, 0xCD9E8D57 * z
        x, y, z, w = q >> 32 ^ y ^ low, q & 0xFFFFFFFF, p >> 32 ^ w ^ high, p & 0xFFFFFFFF
        low, high = (low + 0x9E3779B9) & 0xFFFFFFFF, (high + 0xBB67AE85) & 0xFFFFFFFF
    return x, y, z, w


def normal(count):
    words = [word for block in range((count + 3) // 4) for word in philox((block, STEP, SITE, 0), (SEED, 0))]
    numbers = []
    for first, second in zip(words[::2], words[1::2]):
        radius = math.sqrt(-2 * math.log(((first >> 9) + 0.5) / 2**23))
        angle = 2 * math.pi * (second >> 8) / 2**24
        numbers += [radius * math.cos(angle), radius * math.sin(angle)]
    return torch.tensor(numbers[:count], dtype=torch.float64)


def variation(numbers):
    return ((numbers / numbers.mean() - 1) ** 2).mean()


def experts(x, weights, up, down):
    all_experts = torch.einsum("tei,ewi->tew", F.relu(torch.einsum("tw,eiw->tei", x, up)), down)
    return torch.einsum("te,tew->tw", weights, all_experts)


def kept(logits):
    best = logits.topk(TOP, dim=-1).indices
    return F.softmax(torch.full_like(logits, -math.inf).scatter(-1, best, logits.gather(-1, best)), -1)


def main(path):
    torch.manual_seed(5)
    numbers = lambda *shape: torch.randn(*shape).float().double()
    x, target = numbers(ROWS, WIDTH), numbers(ROWS, WIDTH)
    router, noise = (numbers(EXPERTS, WIDTH) / 2).requires_grad_(), (numbers(EXPERTS, WIDTH) / 2).requires_grad_()
    up, down = (numbers(EXPERTS, INNER, WIDTH) / 2).requires_grad_(), (numbers(EXPERTS, WIDTH, INNER) / 2).requires_grad_()

    clean, deviation = x @ router.T, F.softplus(x @ noise.T)
    noisy = clean + deviation * normal(ROWS * EXPERTS).reshape(ROWS, EXPERTS)
    y = experts(x, kept(noisy), up, down)
    # Of each expert the greatest but K - 1 of the others.
    others = torch.stack([torch.cat([noisy[:, :e], noisy[:, e + 1:]], 1).topk(TOP, dim=-1).values[:, -1] for e in range(EXPERTS)], 1)
    load = torch.distributions.Normal(0, 1).cdf((clean - others) / deviation).sum(0)
    terms = {"task": ((y - target) ** 2).mean(), "importance": variation(F.softmax(clean, -1).sum(0)), "expectedLoad": variation(load)}
    loss = terms["task"] + 0.1 * terms["importance"] + 0.1 * terms["expectedLoad"]
    loss.backward()

    parameters = {"Router": router, "Noise": noise, "Up": up, "Down": down}
    tensors = {"x": x, "target": target, "served": experts(x, kept(clean), up, down), "loss": loss.reshape(1)}
    tensors |= {name: term.reshape(1) for name, term in terms.items()}
    tensors |= parameters | {f"d.{name}": parameter.grad for name, parameter in parameters.items()}
    write(path, {name: tensor.detach() for name, tensor in tensors.items()})


if __name__ == "__main__":
    main(sys.argv[1])
