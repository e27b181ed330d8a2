using System.Runtime.InteropServices;
using MoECompiler.Data;
using MoECompiler.Tests.Models;

namespace MoECompiler.Tests.Adapters;

/// <summary>A process that knows of an adapter only its file: it makes the model anew, loads the adapter and writes what it computes.</summary>
internal static class AdapterProgram
{
    public static int Run(string adapter, string result)
    {
        using CpuDevice device = new(2);
        using RoutedModel model = AdapterChecks.New(new RoutedModel(device));
        using RoutedAdapter loaded = RoutedAdapter.Load(adapter, model);
        File.WriteAllBytes(result, Output(loaded));
        return 0;
    }

    /// <summary>The bits of the adapter's results on a batch.</summary>
    public static byte[] Output(RoutedAdapter adapter)
    {
        Batch batch = TestModels.Routed.Data(new Random(1), 13);
        View<float> y = adapter.Device.New<float>(13, RoutedModel.Classes);
        adapter.Forward(batch.Float("features"), y);
        return MemoryMarshal.AsBytes(y.ToArray().AsSpan()).ToArray();
    }
}
