using MoECompiler.Tests.Ops;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>A dispatch as operands: what the definition of Dispatch gives.</summary>
internal sealed record TestRouting(int Tokens, int Slots, int Experts, TestTensor Order, TestTensor Offsets, TestTensor Position)
{
    public int Rows => Tokens * Slots;
}
