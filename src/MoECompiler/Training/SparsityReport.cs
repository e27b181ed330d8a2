using System.Globalization;

namespace MoECompiler.Training;

/// <summary>How many weights of a model are 0, parameter by parameter.</summary>
/// <param name="Parameters">In the model's order.</param>
public sealed record SparsityReport(IReadOnlyList<ParameterSparsity> Parameters)
{
    /// <summary>The share of all weights.</summary>
    public double Share => Parameters.Count == 0 ? 0 : (double)Parameters.Sum(static item => item.Zeroes) / Parameters.Sum(static item => item.Count);

    /// <summary>Counts the zeroes of a model as it is now.</summary>
    public static SparsityReport Of(Model model)
    {
        using Lock.Scope inside = model.Gate.Enter();
        return Of(model.Parameters);
    }

    internal static SparsityReport Of(IEnumerable<Parameter> parameters) => new([.. parameters.Select(static parameter =>
        new ParameterSparsity(parameter.Path, parameter.Count, parameter.Stored.ToArray().LongCount(static value => value == 0)))]);

    public override string ToString() => string.Join(
        '\n',
        [
            .. Parameters.Where(static item => item.Zeroes > 0).Select(static item => item.ToString()),
            string.Create(CultureInfo.InvariantCulture, $"{Share:0.0 %} of {Parameters.Sum(static item => item.Count):N0} weights are 0"),
        ]);
}

/// <param name="Path">The parameter.</param>
/// <param name="Count">Its weights.</param>
/// <param name="Zeroes">How many of them are 0.</param>
public sealed record ParameterSparsity(string Path, long Count, long Zeroes)
{
    /// <summary>The share that is 0.</summary>
    public double Share => (double)Zeroes / Count;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path}: {Share:0.0 %} of {Count:N0}");
}
