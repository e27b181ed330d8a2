namespace MoECompiler.Tests.Support;

/// <summary>A model of some tensors whose elements are all one number: a torn file shows.</summary>
internal sealed class FilledModel : Model
{
    public const int Tensors = 3;

    public FilledModel(Device device, int elements) : base(device)
    {
        for (int i = 0; i < Tensors; i++)
            AddParameter($"P{i}", $"p{i}", [elements], ParameterInitializer.Constant(0));
        AllocateParameters();
    }

    /// <summary>The number that all elements are; null if they differ.</summary>
    public float? Filling
    {
        get
        {
            float first = Parameters[0].Value.Span[0];
            return Parameters.All(p => p.Value.Span.IndexOfAnyExcept(first) < 0) ? first : null;
        }
    }

    public void Fill(float element)
    {
        foreach (Parameter parameter in Parameters)
            parameter.Value.Span.Fill(element);
    }
}
