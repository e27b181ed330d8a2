namespace MoECompiler.Training;

/// <summary>Updates parameters in a GPU's memory: three launches a step, two more for each table of rows, and nothing that waits before its end.</summary>
internal sealed class GpuUpdater : Updater
{
    /// <summary>Into how many sums the squares of a table's rows are cut.</summary>
    private const int RowSlices = 64;

    private readonly GpuDevice _gpu;
    private readonly UpdateTable _table;
    private readonly Buffer _memory;
    private readonly View<float> _sums;
    private readonly View<GradientVerdict> _verdict;
    private readonly View<GradientVerdict> _found;
    private float _scale = 1;
    private bool _isJudged;
    private int _lossScale = 1;

    public GpuUpdater(GpuDevice gpu, IReadOnlyList<TrainedParameter> trained)
    {
        _gpu = gpu;
        _table = new UpdateTable(gpu, trained);
        Extents parts = new((int)_table.Chunks.Count + RowSlices * _table.Rows.Length, 2);
        long sums = Arena.Bytes(parts[0], 2);
        _memory = gpu.Allocate(sums + Interop.SizeOf<GradientVerdict>());
        _sums = _memory.View<float>(parts);
        _verdict = _memory.View<GradientVerdict>(new Extents(1), sums);
        _found = gpu.New<GradientVerdict>(1);
    }

    public override double GradientNorm()
    {
        Judge(_sums, 0, float.PositiveInfinity, lossScale: 1);
        return Found().Norm;
    }

    public override void Scale(double factor) => (_scale, _isJudged) = ((float)factor, false);

    public override void Measure(ModelMetrics metrics, double maximumNorm, int lossScale)
    {
        Judge(metrics.Written, (int)metrics.Written.Count, (float)(maximumNorm * lossScale), lossScale);
        _lossScale = lossScale;
        _isJudged = true;
    }

    public override void Apply<TRule>(TRule rule)
    {
        foreach (UpdateSection section in _table.Sections)
        {
            section.Page?.Bring(_gpu);
            rule.Run<ScalarLane, SectionLaunch>(section.LearningRateFactor, section.WeightDecay, new SectionLaunch(this, section));
            section.Page?.Return(_gpu);
        }
        foreach (TrainedParameter table in _table.Rows)
            rule.Run<ScalarLane, RowsLaunch>(table.LearningRateFactor, table.WeightDecay, new RowsLaunch(this, table));
    }

    public override void Accumulate(float kept, float added, bool isLast) => _gpu.Launch(
        GradientKernels.Accumulate,
        Work.PerRow((int)_table.Chunks.Count, _gpu.Traits.ElementGroup, flops: 3 * _table.Count, bytes: 3 * sizeof(float) * _table.Count),
        _gpu.Array(_table.Chunks), _gpu.Array(_table.Gradients), _gpu.Array(_table.States), kept, added, isLast ? 1 : 0);

    public override void Perturb(Perturbation perturbation)
    {
        foreach (UpdateSection section in _table.Sections)
        {
            Action<ArrayView<UpdateChunk>, ArrayView<float>, ArrayView<float>, GpuPhilox, Perturbation.Formula<ScalarLane>, int> kernel = section.Type switch
            {
                ElementType.Float16 => PerturbKernels.PerturbNarrowChunk<F16>,
                ElementType.BFloat16 => PerturbKernels.PerturbNarrowChunk<BF16>,
                _ => PerturbKernels.PerturbChunk,
            };
            _gpu.Launch(
                kernel,
                Work.PerRow(
                    section.Chunks, _gpu.Traits.ElementGroup,
                    flops: Perturbation.Formula<ScalarLane>.Flops * section.Elements, bytes: 2 * sizeof(float) * section.Elements),
                _gpu.Array(_table.Chunks.Part(section.First, new Extents(section.Chunks))),
                _gpu.Array(_table.Values),
                _gpu.Array(_table.States),
                new GpuPhilox(perturbation.Random, Perturbation.Site),
                perturbation.FormulaOf<ScalarLane>(section.LearningRateFactor, section.WeightDecay),
                perturbation.From == 0 ? 1 : 0);
        }
    }

    public override (double Norm, bool IsFinite) Finish(ModelMetrics metrics)
    {
        _gpu.Export(metrics.Written, metrics.Last);
        GradientVerdict found = Found();
        return (found.Norm / _lossScale, found.IsFinite != 0);
    }

    public override void Dispose()
    {
        _table.Dispose();
        _memory.Dispose();
        _found.Buffer.Dispose();
    }

    private void Judge(View<float> metrics, int count, float maximumNorm, int lossScale)
    {
        int chunks = (int)_table.Chunks.Count;
        _gpu.Launch(
            GradientKernels.SumSquares,
            Work.PerRow(chunks, _gpu.Traits.RowGroup, flops: 2 * _table.Count, bytes: sizeof(float) * _table.Count),
            _gpu.Array(_table.Chunks), _gpu.Array(_table.Gradients), _gpu.Array(_sums));
        foreach (TrainedParameter table in _table.Rows)
        {
            View<float> gradient = table.Parameter.RowGradient.Values;
            _gpu.Launch(
                GradientKernels.SumSquaresOfRows,
                Work.PerRow(RowSlices, _gpu.Traits.RowGroup, flops: 2 * gradient.Count, bytes: sizeof(float) * gradient.Count),
                _gpu.Array(gradient), _gpu.Array(_sums.Part(2 * chunks, new Extents(RowSlices, 2))));
            chunks += RowSlices;
        }
        _gpu.Launch(
            GradientKernels.Judge,
            Work.PerRow(1, _gpu.Traits.RowGroup, flops: 8L * chunks, bytes: 8L * chunks),
            _gpu.Array(_sums), chunks, _gpu.Array(metrics), count, maximumNorm, 1f / lossScale, _gpu.Array(_verdict));
    }

    private GradientVerdict Found()
    {
        _gpu.Export(_verdict, _found);
        return _found.Span[0];
    }

    /// <summary>Applies a formula to a section with one launch.</summary>
    private readonly struct SectionLaunch(GpuUpdater updater, UpdateSection section) : IUpdateLoop<ScalarLane>
    {
        public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        {
            if (section.Type == ElementType.Float16)
                Launch<TFormula, NarrowTarget<F16>>(formula);
            else if (section.Type == ElementType.BFloat16)
                Launch<TFormula, NarrowTarget<BF16>>(formula);
            else
                Launch<TFormula, WideTarget>(formula);
        }

        private void Launch<TFormula, TTarget>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<ScalarLane>
            where TTarget : struct, IUpdateTarget
        {
            (GpuDevice gpu, UpdateTable table) = (updater._gpu, updater._table);
            ArrayView<UpdateChunk> chunks = gpu.Array(table.Chunks.Part(section.First, new Extents(section.Chunks)));
            (ArrayView<float> values, ArrayView<float> gradients, ArrayView<float> states) =
                (gpu.Array(table.Values), gpu.Array(table.Gradients), gpu.Array(table.States));
            int isJudged = updater._isJudged ? 1 : 0;
            // Value and gradient are read and the value is written; a state is read and written, and so is a master.
            long bytes = section.Elements * (3 * sizeof(float) + (section.Type.IsNarrow() ? sizeof(float) : 0));
            if (section.IsDynamic)
            {
                gpu.Launch(
                    DynamicKernels.UpdateChunk<TFormula, TTarget>,
                    Work.PerRow(section.Chunks, gpu.Traits.RowGroup, flops: 2 * section.Elements * TFormula.Flops, bytes + 2 * section.Elements * TFormula.States),
                    chunks, values, gradients, states, gpu.Array(table.Codes), gpu.Array(updater._verdict), formula, table.Squares, updater._scale, updater.GradientBound, isJudged);
                return;
            }
            gpu.Launch(
                UpdateKernels.UpdateChunk<TFormula, TTarget>,
                Work.PerRow(section.Chunks, gpu.Traits.ElementGroup, flops: section.Elements * TFormula.Flops, bytes + 2 * sizeof(float) * section.Elements * TFormula.States),
                chunks, values, gradients, states, gpu.Array(updater._verdict), formula, updater._scale, updater.GradientBound, isJudged);
        }
    }

    /// <summary>Applies a formula to the rows of a table that the last step read, with one launch.</summary>
    private readonly struct RowsLaunch(GpuUpdater updater, TrainedParameter table) : IUpdateLoop<ScalarLane>
    {
        public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        {
            if (table.Parameter.ElementType == ElementType.Float16)
                Launch<TFormula, NarrowTarget<F16>>(formula);
            else if (table.Parameter.ElementType == ElementType.BFloat16)
                Launch<TFormula, NarrowTarget<BF16>>(formula);
            else
                Launch<TFormula, WideTarget>(formula);
        }

        private void Launch<TFormula, TTarget>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<ScalarLane>
            where TTarget : struct, IUpdateTarget
        {
            GpuDevice gpu = updater._gpu;
            RowGradient gradient = table.Parameter.RowGradient;
            long elements = gradient.Values.Count;
            gpu.Launch(
                UpdateKernels.UpdateRow<TFormula, TTarget>,
                Work.PerRow(
                    (int)gradient.Rows.Count, gpu.Traits.ElementGroup, flops: elements * TFormula.Flops,
                    bytes: elements * sizeof(float) * (3 + (table.HasCopy ? 1 : 0) + 2 * TFormula.States)),
                gpu.Array(gradient.Rows), gpu.Array(updater._table.Values), gpu.Array(gradient.Values), gpu.Array(updater._table.States),
                gpu.Array(updater._verdict), UpdateTable.FirstRow(table), formula, updater._scale, updater.GradientBound, updater._isJudged ? 1 : 0);
        }
    }
}
