namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// How the operands of a formula spread over its result: neighbouring axes that each operand has all or lacks all are one run, so that
/// an index is taken apart no further than it must be.
/// </summary>
internal sealed class ElementRuns
{
    private static readonly string[] s_two = ["row", "column"];

    private readonly List<int[]> _runs = [];
    private readonly List<bool[]> _has = [];

    public ElementRuns(TensorType result, IEnumerable<TensorType> operands)
    {
        List<TensorType> all = [.. operands];
        for (int axis = 0; axis < result.Rank; axis++)
        {
            if (result.Shape[axis] == Size.One)
                continue;
            bool[] has = [.. all.Select(o => axis - result.Rank + o.Rank is >= 0 and int own && o.Shape[own] != Size.One)];
            if (_has.Count > 0 && _has[_has.Count - 1].SequenceEqual(has))
            {
                _runs[_runs.Count - 1] = [.. _runs[_runs.Count - 1], axis];
            }
            else
            {
                _runs.Add([axis]);
                _has.Add(has);
            }
        }
    }

    /// <summary>What two nodes must have in common to share a kernel.</summary>
    public string Key => string.Join("|", _runs.Zip(_has, static (run, has) => $"{string.Join(",", run)}:{string.Concat(has.Select(static h => h ? '1' : '0'))}"));

    /// <summary>The names of the extents that the kernel is given: of all runs but the first.</summary>
    public IEnumerable<string> Extents => _runs.Count == 2 ? ["columns"] : Enumerable.Range(1, Math.Max(0, _runs.Count - 1)).Select(static i => $"extent{i}");

    /// <summary>The host's expressions of the extents.</summary>
    public IEnumerable<string> ExtentTexts => _runs.Skip(1).Select(static run => string.Join(" * ", run.Select(static axis => $"y.Extents[{axis}]")));

    /// <summary>The statements that take the index <c>i</c> apart.</summary>
    public IEnumerable<string> Coordinates()
    {
        if (_runs.Count < 2)
            yield break;
        string rest = "i";
        string[] extents = [.. Extents];
        for (int run = _runs.Count - 1; run > 0; run--)
        {
            yield return $"long {Name(run)} = {rest} % {extents[run - 1]};";
            rest = run == 1 ? $"{rest} / {extents[0]}" : $"({rest} / {extents[run - 1]})";
        }
        yield return $"long {Name(0)} = {rest};";
    }

    /// <summary>The index of an operand's element.</summary>
    public string Index(int operand)
    {
        string[] extents = [.. Extents];
        if (_has.All(h => h[operand]))
            return _runs.Count == 0 ? "0" : "i";
        string? index = null;
        for (int run = 0; run < _runs.Count; run++)
        {
            if (!_has[run][operand])
                continue;
            index = index is null ? Name(run) : $"({index}) * {extents[run - 1]} + {Name(run)}";
        }
        return index ?? "0";
    }

    private string Name(int run) => _runs.Count == 2 ? s_two[run] : $"index{run}";
}
