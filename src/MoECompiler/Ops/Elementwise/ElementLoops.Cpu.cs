using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

/// <summary>The innermost loop of an elementwise kernel: a formula on a stretch of a row.</summary>
internal unsafe interface IElementLoop
{
    /// <summary>Does the elements from <paramref name="i"/> to below <paramref name="end"/> that fill lanes; returns the first left over.</summary>
    nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>;
}

internal readonly unsafe struct ElementLoop0<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula0
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        for (; i + V.Count <= end; i += V.Count)
            Stored.Store(apply.Apply<V>(), y + i);
        return i;
    }
}

internal readonly unsafe struct ElementLoop1<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula1
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A;
        nint stepA = row.StepA;
        for (; i + V.Count <= end; i += V.Count)
            Stored.Store(apply.Apply(V.Load(a + (i & stepA))), y + i);
        return i;
    }
}

internal readonly unsafe struct ElementLoop2<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula2
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A, b = row.B;
        nint stepA = row.StepA, stepB = row.StepB;
        for (; i + V.Count <= end; i += V.Count)
            Stored.Store(apply.Apply(V.Load(a + (i & stepA)), V.Load(b + (i & stepB))), y + i);
        return i;
    }
}

internal readonly unsafe struct ElementLoop3<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula3
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A, b = row.B, c = row.C;
        nint stepA = row.StepA, stepB = row.StepB, stepC = row.StepC;
        for (; i + V.Count <= end; i += V.Count)
            Stored.Store(apply.Apply(V.Load(a + (i & stepA)), V.Load(b + (i & stepB)), V.Load(c + (i & stepC))), y + i);
        return i;
    }
}

internal readonly unsafe struct ElementLoop4<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula4
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A, b = row.B, c = row.C, d = row.D;
        nint stepA = row.StepA, stepB = row.StepB, stepC = row.StepC, stepD = row.StepD;
        for (; i + V.Count <= end; i += V.Count)
        {
            V result = apply.Apply(
                V.Load(a + (i & stepA)), V.Load(b + (i & stepB)), V.Load(c + (i & stepC)),
                V.Load(d + (i & stepD)));
            Stored.Store(result, y + i);
        }
        return i;
    }
}

internal readonly unsafe struct ElementLoop5<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula5
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A, b = row.B, c = row.C, d = row.D, e = row.E;
        nint stepA = row.StepA, stepB = row.StepB, stepC = row.StepC, stepD = row.StepD, stepE = row.StepE;
        for (; i + V.Count <= end; i += V.Count)
        {
            V result = apply.Apply(
                V.Load(a + (i & stepA)), V.Load(b + (i & stepB)), V.Load(c + (i & stepC)),
                V.Load(d + (i & stepD)), V.Load(e + (i & stepE)));
            Stored.Store(result, y + i);
        }
        return i;
    }
}

internal readonly unsafe struct ElementLoop6<T, TFormula>(TFormula formula) : IElementLoop
    where T : unmanaged
    where TFormula : unmanaged, IFormula6
{
    public nint Run<V>(in ElementRow row, nint i, nint end) where V : unmanaged, ILanes<V>
    {
        TFormula apply = formula;
        T* y = (T*)row.Y;
        float* a = row.A, b = row.B, c = row.C, d = row.D, e = row.E, f = row.F;
        nint stepA = row.StepA, stepB = row.StepB, stepC = row.StepC, stepD = row.StepD, stepE = row.StepE, stepF = row.StepF;
        for (; i + V.Count <= end; i += V.Count)
        {
            V result = apply.Apply(
                V.Load(a + (i & stepA)), V.Load(b + (i & stepB)), V.Load(c + (i & stepC)),
                V.Load(d + (i & stepD)), V.Load(e + (i & stepE)), V.Load(f + (i & stepF)));
            Stored.Store(result, y + i);
        }
        return i;
    }
}
