namespace MoECompiler.Soak;

/// <summary>What goes in and comes out of a model, made for one call and let go after it.</summary>
internal sealed class Views : IDisposable
{
    public Views(Device device, int rows)
    {
        Features = device.New<float>(rows, SoakModel.Features);
        Numbers = device.New<int>(rows);
        Logits = device.New<float>(rows, SoakModel.Classes);
        for (int i = 0; i < Features.Count; i++)
            Features.Span[i] = i % 17 / 17f - 0.5f;
    }

    public View<float> Features { get; }

    public View<int> Numbers { get; }

    public View<float> Logits { get; }

    public void Dispose()
    {
        Features.Buffer.Dispose();
        Numbers.Buffer.Dispose();
        Logits.Buffer.Dispose();
    }
}
