using MoECompiler.Checkpoints;

namespace MoECompiler.Training;

/// <summary>Which weights of a training are pruned: a byte each in the device's memory, 1 for those that stay 0.</summary>
internal sealed class PrunedWeights : IDisposable
{
    private readonly GradualPruning _rule;
    private readonly Device _device;
    private readonly Buffer _memory;
    private readonly (Parameter Parameter, View<byte> Where)[] _all;

    /// <exception cref="ArgumentException">There is nothing to prune.</exception>
    public PrunedWeights(GradualPruning rule, Device device, IEnumerable<Parameter> trained)
    {
        _rule = rule;
        _device = device;
        Parameter[] pruned = [.. trained.Where(rule.Prunes)];
        if (pruned.Length == 0)
            throw new ArgumentException($"{rule.Weights?.Description ?? "The matrices of the model"}: nothing that is trained is to be pruned.");
        _memory = device.Allocate(pruned.Sum(static parameter => StateTensor.CodeBytes(parameter.Count)));
        _all = new (Parameter, View<byte>)[pruned.Length];
        long offset = 0;
        for (int i = 0; i < pruned.Length; i++)
        {
            _all[i] = (pruned[i], _memory.View<byte>(pruned[i].Extents, offset));
            offset += StateTensor.CodeBytes(pruned[i].Count);
        }
    }

    /// <summary>Prunes what is due before a step.</summary>
    public void BeginStep(long step)
    {
        bool takesZeroes = step == 0 && _rule.KeepsZeroes;
        if (!takesZeroes && !_rule.IsDue(step))
            return;
        double share = _rule.IsDue(step) ? _rule.At(step) : 0;
        foreach ((Parameter parameter, View<byte> where) in _all)
        {
            (float[] values, byte[] marks) = (parameter.Stored.ToArray(), where.ToArray());
            int layers = Math.Max(parameter.Layers, 1), count = values.Length / layers;
            for (int i = 0; i < values.Length; i++)
            {
                if (takesZeroes && values[i] == 0)
                    marks[i] = 1;
                values[i] = MathF.Abs(values[i]);
            }
            for (int layer = 0; layer < layers; layer++)
                Smallest.Mark(values.AsSpan(layer * count, count), (int)Math.Round(share * count), marks.AsSpan(layer * count, count));
            where.CopyFrom(marks.AsSpan());
        }
        Clear();
    }

    /// <summary>What is pruned is 0 again. Allocates nothing and waits for nothing.</summary>
    public void Clear()
    {
        foreach ((Parameter parameter, View<byte> where) in _all)
            _device.Clear(parameter.Stored, where);
    }

    /// <summary>Adds all to a file.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        foreach ((Parameter parameter, View<byte> where) in _all)
            writer.Add(NameOf(parameter), StoredType.U8, ShapeOf(where), stream => HostBlocks.Read(where, (marks, _) => stream.Write(marks)));
    }

    /// <summary>What a file has to have.</summary>
    public IEnumerable<CodeRequest> Requests() => _all.Select(static item => new CodeRequest(NameOf(item.Parameter), ShapeOf(item.Where), item.Where));

    public void Dispose() => _memory.Dispose();

    private static string NameOf(Parameter parameter) => $"pruned.{parameter.Path}";

    private static long[] ShapeOf(View<byte> where) => Array.ConvertAll(where.Extents.ToArray(), static extent => (long)extent);
}
