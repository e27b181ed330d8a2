using MoECompiler.Data;
using MoECompiler.Tests.Adapters;
using MoECompiler.Tests.Models;
using MoECompiler.Training;

namespace MoECompiler.Tests.Quantization;

/// <summary>The adapters of a model in 4 bits, with what makes batches for them.</summary>
internal static class QuantizedChecks
{
    internal static readonly ModelCheck<QuantizedModel> Model = new(static device => new QuantizedModel(device), Data);

    internal static readonly ModelCheck<QuantizedLora> Lora = Of(static model => new QuantizedLora(model));

    internal static readonly ModelCheck<QuantizedNola> Nola = Of(static model => new QuantizedNola(model));

    internal static readonly ModelCheck<QuantizedDora> Dora = Of(static model => new QuantizedDora(model));

    internal static readonly ModelCheck<QuantizedIa3> Ia3 = Of(static model => new QuantizedIa3(model));

    internal static Batch Data(Random random, int rows) => TestModels.Batch(
        ("features", TestModels.Floats(random, rows, QuantizedModel.Columns)), ("words", TestModels.Integers(random, QuantizedModel.Words, rows)),
        ("labels", TestModels.Integers(random, QuantizedModel.Classes, rows)));

    private static ModelCheck<TAdapter> Of<TAdapter>(Func<QuantizedModel, TAdapter> create) where TAdapter : Adapter, ITrainable =>
        new(device => create(AdapterChecks.New(new QuantizedModel(device))), Data, AdapterChecks.Trained);
}
