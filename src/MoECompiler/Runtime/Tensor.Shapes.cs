namespace MoECompiler;

// The same elements in another shape, and products of matrices.
public sealed partial class Tensor
{
    /// <summary>The same elements in the same order under other extents; one of them may be -1 and is then computed.</summary>
    public Tensor Reshape(params int[] extents) => throw Declaration.NeverRuns();

    /// <summary>The axes in another order: extent i of the result is extent <c>order[i]</c>. No order swaps the inner two.</summary>
    public Tensor Transpose(params int[] order) => throw Declaration.NeverRuns();

    /// <summary><paramref name="count"/> elements along an axis, from <paramref name="start"/> on.</summary>
    public Tensor Slice(int axis, int start, int count) => throw Declaration.NeverRuns();

    /// <summary>This and then the other along an axis; the other extents are equal.</summary>
    public Tensor Concat(Tensor other, int axis) => throw Declaration.NeverRuns();

    /// <summary>The shape without an extent that is 1.</summary>
    public Tensor Squeeze(int axis) => throw Declaration.NeverRuns();

    /// <summary>The shape with an extent of 1 put in, so that it stands at <paramref name="axis"/> of the result.</summary>
    public Tensor Unsqueeze(int axis) => throw Declaration.NeverRuns();

    /// <summary>The elements repeated along extents of 1, and along new outer extents.</summary>
    public Tensor BroadcastTo(params int[] extents) => throw Declaration.NeverRuns();

    /// <summary>The product of matrices. f32[..., M, K] and f32[..., K, N] give f32[..., M, N]; 2*M*K*N flops a matrix.</summary>
    public Tensor MatMul(Tensor other) => throw Declaration.NeverRuns();

    /// <summary>The rows of this table that the ids name. f32[N, D] and i32[...] give f32[..., D].</summary>
    /// <param name="ids">From 0 to below N.</param>
    public Tensor Gather(Tensor ids) => throw Declaration.NeverRuns();
}
