"""Times what MoECompiler.Gpu.Bench times, by PyTorch and by a plain Triton kernel, on the same GPU: products and a mixture of experts."""

import statistics
import sys

import torch

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None

ROUNDS = 9
LEAST_SECONDS = 2e-2
PRODUCTS = [(4096, 4096, 4096), (2048, 2048, 1024), (512, 2048, 1024), (64, 256, 784)]
WIDTH, INNER, EXPERTS, TOP_K = 2048, 1024, 64, 8
ROWS = [512, 64, 8, 1]


def seconds(run):
    """The median seconds of a run, of tries that take some milliseconds each."""
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)

    def once(repeats):
        start.record()
        for _ in range(repeats):
            run()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) * 1e-3 / repeats

    once(3)
    repeats = max(1, int(LEAST_SECONDS / once(3)))
    return statistics.median(once(repeats) for _ in range(ROUNDS))


def line(name, flops, run):
    took = seconds(run)
    print(f"{name:<56}{took * 1e6:>12,.0f} us{flops / took / 1e9:>14,.1f} GFLOP/s", flush=True)


if triton:

    @triton.jit
    def product_kernel(x, w, y, rows, columns, depth, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, PRECISION: tl.constexpr):
        """y[rows, columns] = x[rows, depth] times w[columns, depth] transposed, a tile a program."""
        row = tl.program_id(0) * BM + tl.arange(0, BM)
        column = tl.program_id(1) * BN + tl.arange(0, BN)
        k = tl.arange(0, BK)
        total = tl.zeros((BM, BN), dtype=tl.float32)
        for start in range(0, depth, BK):
            inside = start + k < depth
            a = tl.load(x + row[:, None] * depth + start + k[None, :], mask=(row[:, None] < rows) & inside[None, :], other=0.0)
            b = tl.load(w + column[None, :] * depth + start + k[:, None], mask=(column[None, :] < columns) & inside[:, None], other=0.0)
            total = tl.dot(a, b, total, input_precision=PRECISION)
        tl.store(y + row[:, None] * columns + column[None, :], total, mask=(row[:, None] < rows) & (column[None, :] < columns))


def triton_product(x, w, y, precision):
    (rows, depth), columns = x.shape, w.shape[0]
    tile = (64, 64, 32)
    grid = (triton.cdiv(rows, tile[0]), triton.cdiv(columns, tile[1]))
    product_kernel[grid](x, w, y, rows, columns, depth, *tile, PRECISION=precision)


def products():
    for rows, columns, depth in PRODUCTS:
        flops = 2.0 * rows * columns * depth
        for kind, tf32 in ((torch.float32, False), (torch.float32, True), (torch.bfloat16, False)):
            torch.backends.cuda.matmul.allow_tf32 = tf32
            name = f"{rows} x {columns}, depth {depth}, {'tf32' if tf32 else str(kind)[6:]}"
            x, w = torch.randn(rows, depth, device="cuda", dtype=kind), torch.randn(columns, depth, device="cuda", dtype=kind)
            y = torch.empty(rows, columns, device="cuda", dtype=torch.float32)
            line(f"PyTorch {name}", flops, lambda: torch.nn.functional.linear(x, w))
            if triton:
                line(f"Triton {name}", flops, lambda: triton_product(x, w, y, "tf32" if tf32 else "ieee"))


def layer(x, router, up, down):
    """A mixture as one would first write it: a loop over the experts, each on the rows that chose it."""
    weights, chosen = torch.topk(torch.softmax(x @ router.T, dim=-1), TOP_K, dim=-1)
    weights = weights / weights.sum(dim=-1, keepdim=True)
    y = torch.zeros_like(x)
    for expert in range(EXPERTS):
        row, slot = torch.where(chosen == expert)
        if row.numel() == 0:
            continue
        hidden = torch.nn.functional.silu(x[row] @ up[expert].T)
        y.index_add_(0, row, (hidden @ down[expert].T) * weights[row, slot, None])
    return y


def layers():
    for kind in (torch.float32, torch.bfloat16):
        torch.backends.cuda.matmul.allow_tf32 = False
        router = torch.randn(EXPERTS, WIDTH, device="cuda", dtype=kind) / WIDTH**0.5
        up = torch.randn(EXPERTS, INNER, WIDTH, device="cuda", dtype=kind) / WIDTH**0.5
        down = torch.randn(EXPERTS, WIDTH, INNER, device="cuda", dtype=kind) / INNER**0.5
        for rows in ROWS:
            x = torch.randn(rows, WIDTH, device="cuda", dtype=kind)
            flops = 2 * 2.0 * rows * TOP_K * WIDTH * INNER
            line(f"PyTorch MoE layer, a loop over experts, {rows} rows, {str(kind)[6:]}", flops, lambda: layer(x, router, up, down))


if __name__ == "__main__":
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, Triton {triton.__version__ if triton else 'missing'}")
    with torch.inference_mode():
        products()
        layers()
    sys.exit(0)
