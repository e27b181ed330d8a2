namespace MoECompiler.Ops;

/// <summary>
/// Two more operands of a product, over which its sums go on after the first two: x W + u B is one kernel that writes its result once.
/// They are floats of one type, which may be another than that of the first two, but not in 4 bits.
/// </summary>
/// <param name="TransposeB">The columns of the result are rows of the right operand.</param>
/// <param name="GatherRows">Of a grouped product: rows of the left operand are those of the order's tokens.</param>
public sealed record SecondPair(bool TransposeB, bool GatherRows = false)
{
    /// <summary>How deep a pair of floats may be beside one of 16 bits: deeper, tensor cores would wait for it.</summary>
    private const int Shallow = 64;

    /// <summary>The pair as one more argument of an op, where there is one.</summary>
    internal static string Argument(SecondPair? second) =>
        second is null ? "" : $", Second: new SecondPair(TransposeB: {(second.TransposeB ? "true" : "false")}{(second.GatherRows ? ", GatherRows: true" : "")})";

    /// <summary>
    /// The product of both: the one where <paramref name="first"/> goes on with what <paramref name="second"/> multiplies, with its operands.
    /// Null where no kernel does that: for sums over rows, for pairs of different rows, for two in 4 bits, and for a deep pair of floats beside
    /// one of 16 bits.
    /// </summary>
    /// <param name="first">A product of one pair; its epilogue is not looked at.</param>
    /// <param name="second">Another one.</param>
    internal static (Op Op, EquatableArray<Value> Operands)? Join(Node first, Node second)
    {
        if (Rank(second) > Rank(first))
            (first, second) = (second, first);
        (DType one, DType other) = (first.Operands[1].Type.Type, second.Operands[1].Type.Type);
        bool isWithFloats = other == DType.F32 && (!one.IsNarrow() || IsShallow(second));
        if (!isWithFloats && !(one == other && one.IsNarrow()) || !first.Result.Type.Shape.Equals(second.Result.Type.Shape))
            return null;
        (Value a, Value b) = (second.Operands[0], second.Operands[1]);
        switch (first.Op, second.Op)
        {
            case (MatMul { TransposeA: false, Second: null } product, MatMul { TransposeA: false, Second: null } further):
                return (product with { Epilogue = null, Second = new SecondPair(further.TransposeB) }, [first.Operands[0], first.Operands[1], a, b]);
            case (GroupedMatMul { Second: null } product, GroupedMatMul { Second: null } further)
                when first.Operands[2].Equals(second.Operands[2]) && first.Operands[3].Equals(second.Operands[3])
                    && (!product.GatherRows || !further.GatherRows || Equals(product.Slots, further.Slots)):
                Size? slots = product.GatherRows ? product.Slots : further.GatherRows ? further.Slots : null;
                GroupedMatMul joined = product with { Epilogue = null, Slots = slots, Second = new SecondPair(further.TransposeB, further.GatherRows) };
                return (joined, [.. first.Operands.Take(4), a, b]);
            default:
                return null;
        }
    }

    /// <summary>Which pair begins: one in 4 bits, one of 16, which tensor cores are for, or the deeper one.</summary>
    private static int Rank(Node product) => product.Operands[1].Type.Type switch
    {
        DType.NF4 => 3,
        DType.F32 => IsShallow(product) ? 0 : 1,
        _ => 2,
    };

    private static bool IsShallow(Node product) => product.Operands[0].Type.Columns.Constant <= Shallow;
}
