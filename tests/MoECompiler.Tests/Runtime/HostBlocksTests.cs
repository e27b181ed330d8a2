using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Runtime;

public class HostBlocksTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public void WriteAndRead_InSmallBlocks_ReachAllElementsInOrder(int count)
    {
        using CpuDevice device = new(1);
        View<int> view = device.New<int>(count);
        HostBlocks.Write(view, static (elements, first) =>
        {
            Assert.InRange(elements.Length, 1, 8);
            for (int i = 0; i < elements.Length; i++)
                elements[i] = (int)first + i;
        }, maximumBytes: 8 * sizeof(int));
        Assert.Equal(Enumerable.Range(0, count), view.Span.ToArray());
        List<int> read = [];
        HostBlocks.Read(view, (elements, first) =>
        {
            Assert.Equal(read.Count, first);
            read.AddRange(elements);
        }, maximumBytes: 8 * sizeof(int));
        Assert.Equal(Enumerable.Range(0, count), read);
        view.Buffer.Dispose();
    }

    [Fact]
    public void Initialize_InBlocks_DrawsWhatOneFillDraws()
    {
        const int count = 5 * Distributions.Chunk + 3;
        float[] whole = new float[count];
        float[] parts = new float[count];
        RandomState random = new(5, Step: 0);
        Distributions.FillNormal(random, 7, whole);
        for (int first = 0; first < count; first += 2 * Distributions.Chunk)
            Distributions.Fill(NoiseKind.Normal, random, 7, parts.AsSpan(first, Math.Min(2 * Distributions.Chunk, count - first)), first);
        Assert.Equal(whole, parts);
    }
}
