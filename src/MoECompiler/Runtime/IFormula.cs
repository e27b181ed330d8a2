namespace MoECompiler;

/// <summary>What an elementwise kernel does with each element; the generator emits one struct a formula. This one has no operand: a fill.</summary>
public interface IFormula0
{
    V Apply<V>() where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on one operand.</summary>
public interface IFormula1
{
    V Apply<V>(V a) where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on two operands.</summary>
public interface IFormula2
{
    V Apply<V>(V a, V b) where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on three operands.</summary>
public interface IFormula3
{
    V Apply<V>(V a, V b, V c) where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on four operands.</summary>
public interface IFormula4
{
    V Apply<V>(V a, V b, V c, V d) where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on five operands.</summary>
public interface IFormula5
{
    V Apply<V>(V a, V b, V c, V d, V e) where V : unmanaged, ILanes<V>;
}

/// <summary>A formula on six operands, the most that one kernel takes.</summary>
public interface IFormula6
{
    V Apply<V>(V a, V b, V c, V d, V e, V f) where V : unmanaged, ILanes<V>;
}
