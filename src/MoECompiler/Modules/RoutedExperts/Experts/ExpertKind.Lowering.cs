namespace MoECompiler.Modules;

/// <summary>What an expert computes of a row.</summary>
internal abstract class ExpertKindLowering : RouterPart
{
    /// <summary>The experts' results.</summary>
    public abstract Value Lower(ModuleContext module, ExpertProjection projection);
}

/// <summary>Rows times an expert's matrices.</summary>
internal abstract class ExpertProjection
{
    /// <summary>What the rows between the matrices are called.</summary>
    public abstract string NameOfInner { get; }

    /// <summary>What the layer was given.</summary>
    public abstract RouterInput Tokens { get; }

    /// <summary>f32[T, K], what each slot's result is multiplied by in the end; null for experts that every token has.</summary>
    public virtual Value? Weights => null;

    /// <summary>The rows times a matrix from Width to Inner.</summary>
    public abstract Value Into(string matrix);

    /// <summary>The inner rows times the matrix from Inner to Width.</summary>
    public abstract Value OutOf(Value inner);

    /// <summary>The inner rows of all experts of a token beside each other, f32[T, N * Inner]; 0 for a slot without one.</summary>
    public abstract Value Beside(Value inner);

    /// <summary>What lies so: each expert's part times the matrix from Inner to Width.</summary>
    public abstract Value OutOfBeside(Value inner);
}
