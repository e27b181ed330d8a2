"""Writes the vectors that AttentionVectorTests reads: attention and its gradients by PyTorch's autograd.

    python attention.py FILE

needs torch; the file beside this script is of PyTorch 1.13. Of each case of the op it holds q, k, v, a bias and lengths where there are some, y, random
numbers dy, and the derivatives of sum(dy y). Of the model it holds what comes in, every weight, the loss, what comes out and every weight's
derivative. All is computed in double precision, from numbers that 32 bits hold. Where nothing but a bias is added, the formula here is held
against PyTorch's own MultiheadAttention first.
"""

import sys

import torch

from optimizers import write

CASES = {
    # samples, queries, keys, heads, heads of keys, columns, scale, extents of the bias, lengths, whether it is causal
    "plain": (2, 5, 7, 3, 3, 4, None, 0, None, False),
    "causal": (2, 9, 9, 4, 2, 4, None, 0, None, True),
    "lengths": (4, 6, 8, 2, 1, 5, 0.3, 0, [8, 3, 0, 1], False),
    "shared-bias": (2, 6, 5, 4, 2, 3, None, 3, None, False),
    "all": (3, 11, 11, 6, 2, 4, 0.4, 4, [11, 7, 2], True),
}


def numbers(*shape):
    return torch.randn(*shape).float().double()


def attention(q, k, v, heads, kv_heads, scale=None, bias=None, lengths=None, causal=False):
    """[B, S, heads * D], [B, T, kv_heads * D] and the same of values give [B, S, heads * D]; a query that sees nothing gets zeroes."""

    def split(x, count):
        x = x.view(*x.shape[:2], count, -1).transpose(1, 2)
        return x.repeat_interleave(heads // count, dim=1)

    q, k, v = split(q, heads), split(k, kv_heads), split(v, kv_heads)
    scores = q @ k.transpose(2, 3) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if bias is not None:
        scores = scores + bias
    seen = torch.ones(scores.shape[0], 1, *scores.shape[2:], dtype=torch.bool)
    if causal:
        seen = seen.tril()
    if lengths is not None:
        seen = seen & (torch.arange(k.shape[2]) < torch.tensor(lengths)[:, None])[:, None, None, :]
    shares = torch.softmax(scores.masked_fill(~seen, -1e300), -1) * seen
    return (shares @ v).transpose(1, 2).flatten(2)


def turned(x, heads, base, halves):
    """Pairs of columns of each head as complex numbers, times exp(i place / base^(2 pair / D))."""
    x = x.view(*x.shape[:2], heads, -1)
    size = x.shape[-1]
    angles = torch.arange(x.shape[1])[:, None].double() * base ** (-torch.arange(0, size, 2).double() / size)
    turn = torch.polar(torch.ones_like(angles), angles)[None, :, None, :]
    pairs = torch.stack([x[..., : size // 2], x[..., size // 2 :]], -1) if halves else x.unflatten(-1, (size // 2, 2))
    y = torch.view_as_real(torch.view_as_complex(pairs.contiguous()) * turn)
    return (y.transpose(-1, -2) if halves else y).flatten(2)


def check(width=12, heads=3):
    """The formula is PyTorch's."""
    module = torch.nn.MultiheadAttention(width, heads, bias=False, batch_first=True).double()
    x, bias = numbers(2, 5, width), numbers(5, 5)
    q, k, v = (x @ module.in_proj_weight.T).chunk(3, -1)
    mine = attention(q, k, v, heads, heads, bias=bias) @ module.out_proj.weight.T
    assert torch.allclose(mine, module(x, x, x, attn_mask=bias)[0], rtol=0, atol=1e-14)


def op(tensors):
    for name, (samples, queries, keys, heads, kv_heads, size, scale, bias_rank, lengths, causal) in CASES.items():
        operands = {
            "q": numbers(samples, queries, heads * size),
            "k": numbers(samples, keys, kv_heads * size),
            "v": numbers(samples, keys, kv_heads * size),
        }
        if bias_rank:
            operands["bias"] = numbers(*[samples][: bias_rank - 3], heads, queries, keys)
        for operand in operands.values():
            operand.requires_grad_()
        q, k, v = (operands[letter] for letter in "qkv")
        y = attention(q, k, v, heads, kv_heads, scale, operands.get("bias"), lengths, causal)
        dy = numbers(*y.shape)
        (y * dy).sum().backward()
        if lengths is not None:
            tensors[f"{name}.lengths"] = torch.tensor(lengths).double()
        tensors[f"{name}.y"], tensors[f"{name}.dy"] = y.detach(), dy
        for letter, operand in operands.items():
            tensors[f"{name}.{letter}"], tensors[f"{name}.d{letter}"] = operand.detach(), operand.grad


def model(tensors, columns=5, width=16, places=7):
    lengths, x, target, bias = [7, 4, 1], numbers(3, places, columns), numbers(3, places, width), numbers(3, 4, places, places)
    shapes = {
        "Stem.Weight": (width, columns), "Stem.Bias": (width,),
        "Causal.Query": (16, width), "Causal.QueryBias": (16,), "Causal.Key": (8, width), "Causal.KeyBias": (8,),
        "Causal.Value": (8, width), "Causal.ValueBias": (8,), "Causal.Output": (width, 16), "Causal.OutputBias": (width,),
        "Whole.Query": (12, width), "Whole.Key": (12, width), "Whole.Value": (12, width), "Whole.Output": (width, 12),
    }
    weights = {path: (0.25 * numbers(*shape)).float().double().requires_grad_() for path, shape in shapes.items()}

    def linear(of, path):
        bias_of = weights.get("Stem.Bias" if path == "Stem.Weight" else path + "Bias")
        y = of @ weights[path].T
        return y if bias_of is None else y + bias_of

    h = linear(x, "Stem.Weight")
    q, k = turned(linear(h, "Causal.Query"), 4, 10000.0, True), turned(linear(h, "Causal.Key"), 2, 10000.0, True)
    h = h + linear(attention(q, k, linear(h, "Causal.Value"), 4, 2, None, bias, lengths, True), "Causal.Output")
    q, k = turned(linear(h, "Whole.Query"), 2, 100.0, False), turned(linear(h, "Whole.Key"), 2, 100.0, False)
    h = h + linear(attention(q, k, linear(h, "Whole.Value"), 2, 2, 0.3, None, lengths), "Whole.Output")
    loss = ((h - target) ** 2).mean()
    loss.backward()
    tensors.update({"x": x, "target": target, "bias": bias, "lengths": torch.tensor(lengths).double(), "y": h.detach(), "loss": loss.detach().view(1)})
    for path, weight in weights.items():
        tensors[path], tensors[f"d.{path}"] = weight.detach(), weight.grad


def main(path):
    torch.manual_seed(4)
    check()
    tensors = {}
    op(tensors)
    model(tensors)
    write(path, tensors)


if __name__ == "__main__":
    main(sys.argv[1])
