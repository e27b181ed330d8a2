using MoECompiler.Ops;

namespace MoECompiler.Tests.Oracles;

/// <summary>A mixture of experts composed of kernels by hand: softmax, top-k, dispatch, two grouped products, combine.</summary>
internal sealed class MoELayer<TActivation>(CpuDevice cpu, int rows, int experts, int topK, int inner, int width, bool normalizes)
    where TActivation : unmanaged, IEpilogue
{
    private readonly View<float> _scores = cpu.New<float>(rows, experts);
    private readonly View<int> _chosen = cpu.New<int>(rows, topK);
    private readonly View<float> _weights = cpu.New<float>(rows, topK);
    private readonly View<int> _order = cpu.New<int>(rows * topK);
    private readonly View<int> _offsets = cpu.New<int>(experts + 1);
    private readonly View<int> _position = cpu.New<int>(rows, topK);
    private readonly View<float> _inner = cpu.New<float>(rows * topK, inner);
    private readonly View<float> _innerSums = cpu.New<float>(rows * topK, inner);
    private readonly View<float> _outer = cpu.New<float>(rows * topK, width);
    private readonly View<float> _outerSums = cpu.New<float>(rows * topK, width);

    /// <param name="x">f32[rows, width].</param>
    /// <param name="logits">f32[rows, experts].</param>
    /// <param name="up">f32[experts, inner, width].</param>
    /// <param name="down">f32[experts, width, inner].</param>
    /// <param name="y">f32[rows, width].</param>
    public void Run(View<float> x, View<float> logits, View<float> up, View<float> down, View<float> y)
    {
        Route(logits);
        Kernels.GroupedMatMul(cpu, x, up, _order, _offsets, _inner, GatherRows: true, TransposeB: true, default(TActivation));
        Kernels.GroupedMatMul(cpu, _inner, down, _order, _offsets, _outer, GatherRows: false, TransposeB: true);
        Kernels.Combine(cpu, _outer, _weights, _position, _order, y);
    }

    /// <summary>The same with biases, upBias f32[experts, inner] and downBias f32[experts, width].</summary>
    public void Run(View<float> x, View<float> logits, View<float> up, View<float> upBias, View<float> down, View<float> downBias, View<float> y)
    {
        Route(logits);
        Kernels.GroupedMatMul(cpu, x, up, _order, _offsets, _inner, GatherRows: true, TransposeB: true);
        Kernels.GroupedBias(cpu, _inner, upBias, _offsets, _innerSums);
        Kernels.Elementwise(cpu, _innerSums, _inner, default(Activation));
        Kernels.GroupedMatMul(cpu, _inner, down, _order, _offsets, _outer, GatherRows: false, TransposeB: true);
        Kernels.GroupedBias(cpu, _outer, downBias, _offsets, _outerSums);
        Kernels.Combine(cpu, _outerSums, _weights, _position, _order, y);
    }

    private readonly struct Activation : IFormula1
    {
        public V Apply<V>(V x) where V : unmanaged, ILanes<V> => default(TActivation).Apply(x, 0, 0);
    }

    private void Route(View<float> logits)
    {
        Kernels.Softmax(cpu, logits, _scores);
        Kernels.TopK(cpu, _scores, _chosen);
        Kernels.GatherColumns(cpu, _scores, _chosen, _weights);
        if (normalizes)
            Normalize();
        Kernels.Dispatch(cpu, _chosen, _order, _offsets, _position);
    }

    private void Normalize()
    {
        Span<float> weights = _weights.Span;
        for (int row = 0; row < weights.Length; row += topK)
        {
            float sum = 0;
            foreach (float weight in weights.Slice(row, topK))
                sum += weight;
            foreach (ref float weight in weights.Slice(row, topK))
                weight /= sum;
        }
    }
}

internal readonly struct ReluEpilogue : IEpilogue
{
    public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Relu(sum);
}

internal readonly struct SiluEpilogue : IEpilogue
{
    public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Silu(sum);
}

internal readonly struct GeluTanhEpilogue : IEpilogue
{
    public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.GeluTanh(sum);
}
