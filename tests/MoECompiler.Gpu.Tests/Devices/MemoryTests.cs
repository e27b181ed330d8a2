using Xunit;

namespace MoECompiler.Gpu.Tests.Devices;

public class MemoryTests
{
    private static GpuDevice Gpu => TestDevice.Instance;

    [Fact]
    public void Allocate_AnySize_IsZeroes()
    {
        foreach (int count in (int[])[0, 1, 15, 1000])
        {
            using Buffer buffer = Gpu.Allocate(count * sizeof(float));
            Assert.All(buffer.View<float>(new Extents(count)).ToArray(), static element => Assert.Equal(0, element));
        }
    }

    [Fact]
    public void ReadAndWrite_Parts_CopyThosePartsOnly()
    {
        using Buffer buffer = Gpu.Allocate(8);
        buffer.Write(2, [1, 2, 3]);
        buffer.Write(5, []);
        byte[] part = new byte[2];
        buffer.Read(3, part);
        Assert.Equal([2, 3], part);
        byte[] all = new byte[8];
        buffer.Read(0, all);
        Assert.Equal([0, 0, 1, 2, 3, 0, 0, 0], all);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadAndWrite_BeyondTheEnd_AreRefused(bool isShared)
    {
        using Buffer buffer = isShared ? Gpu.AllocateShared(8) : Gpu.Allocate(8);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Write(7, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Read(-1, new byte[1]));
    }

    [Fact]
    public void Address_OfTheDevicesOwnMemory_IsRefused()
    {
        using Buffer buffer = Gpu.Allocate(8);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => buffer.View<float>(new Extents(2)).Span[0]);
        Assert.Contains($"{Gpu.Name}'s own", error.Message);
    }

    [Fact]
    public void Span_OfSharedMemory_WaitsForTheCopyAndOnlyThen()
    {
        using Buffer own = Gpu.Allocate(3 * sizeof(float));
        View<float> source = own.View<float>(new Extents(3));
        source.CopyFrom([1, 2, 3]);
        View<float> shared = Gpu.New<float>(3);
        long before = Gpu.Synchronizations;
        Gpu.Export(source, shared);
        Assert.Equal(before, Gpu.Synchronizations);
        Assert.Equal([1f, 2, 3], shared.Span.ToArray());
        Assert.Equal(before + 1, Gpu.Synchronizations);
        shared.Span[0] = 4;
        Assert.Equal(before + 1, Gpu.Synchronizations);
        shared.Buffer.Dispose();
    }

    [Fact]
    public void Copies_OfParts_ChangeNothingElse()
    {
        using Buffer own = Gpu.Allocate(256);
        using Buffer shared = Gpu.AllocateShared(256);
        own.Write(0, [.. Enumerable.Repeat((byte)1, 256)]);
        shared.Write(0, [.. Enumerable.Repeat((byte)2, 256)]);
        using Arena arena = new(Gpu);
        arena.Reserve(192);
        View<byte> whole = arena.View<byte>(0, new Extents(192));
        whole.CopyFrom(Enumerable.Repeat((byte)3, 192).ToArray());
        View<byte> imported = Gpu.Import(shared.View<byte>(new Extents(5), 32), arena, 64);
        Assert.Equal([2, 2, 2, 2, 2], imported.ToArray());
        Assert.Equal(187, whole.ToArray().Count(static element => element == 3));
        Gpu.Export(own.View<byte>(new Extents(7), 16), shared.View<byte>(new Extents(7), 200));
        byte[] all = new byte[256];
        shared.Read(0, all);
        Assert.Equal(Enumerable.Range(0, 256).Select(static i => i is >= 200 and < 207 ? (byte)1 : (byte)2), all);
    }

    [Fact]
    public void Array_OfNothingAtTheEnd_IsEmpty()
    {
        using Buffer buffer = Gpu.Allocate(64);
        Assert.Equal(0, Gpu.Array(buffer.View<float>(new Extents(0, 3), 64)).Length);
    }

    [Fact]
    public void Span_OfTwoSharedViews_WaitsOnceForBothCopies()
    {
        using Buffer own = Gpu.Allocate(8);
        own.Write(0, [1, 2, 3, 4, 5, 6, 7, 8]);
        View<byte> first = Gpu.New<byte>(4);
        View<byte> second = Gpu.New<byte>(4);
        Gpu.Export(own.View<byte>(new Extents(4)), first);
        Gpu.Export(own.View<byte>(new Extents(4), 4), second);
        long before = Gpu.Synchronizations;
        Assert.Equal([1, 2, 3, 4], first.Span.ToArray());
        Assert.Equal([5, 6, 7, 8], second.Span.ToArray());
        Assert.Equal(before + 1, Gpu.Synchronizations);
        Gpu.Export(own.View<byte>(new Extents(4)), second);
        Assert.Equal([1, 2, 3, 4], second.Span.ToArray());
        Assert.Equal(before + 2, Gpu.Synchronizations);
        first.Buffer.Dispose();
        second.Buffer.Dispose();
    }

    [Fact]
    public void Buffers_NobodyKnowsAnyMore_AreFreed()
    {
        long before = Gpu.HeldBytes;
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before, Gpu.HeldBytes);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget()
        {
            Buffer own = Gpu.Allocate(1 << 16);
            View<byte> shared = Gpu.New<byte>(1 << 16);
            Gpu.Export(own.View<byte>(new Extents(1 << 16)), shared);
            Assert.True(Gpu.HeldBytes >= 1 << 16);
        }
    }

    [Fact]
    public void SharedMemory_ReadAndWrite_WaitToo()
    {
        using Buffer own = Gpu.Allocate(4);
        own.Write(0, [1, 2, 3, 4]);
        using Buffer shared = Gpu.AllocateShared(4);
        Gpu.Export(own.View<byte>(new Extents(4)), shared.View<byte>(new Extents(4)));
        byte[] bytes = new byte[4];
        shared.Read(0, bytes);
        Assert.Equal([1, 2, 3, 4], bytes);
    }

    [Theory]
    [InlineData(1L << 60)]
    [InlineData(1L << 45)]
    public void Allocate_MoreThanThereIs_SaysWhatWasAskedAndWhatIsFree(long bytes)
    {
        using Buffer held = Gpu.Allocate(1 << 12);
        OutOfMemoryException error = Assert.Throws<OutOfMemoryException>(() => Gpu.Allocate(bytes));
        Assert.StartsWith($"{Gpu.Name} has not the {bytes:N0} bytes that were asked for: of its {Gpu.MemoryBytes:N0} bytes ", error.Message);
        Assert.Matches(@" bytes [0-9,]+ are free.*; this program holds [0-9,]*[1-9][0-9,]*\.$", error.Message);
        using Buffer after = Gpu.Allocate(1 << 12);
        after.Write(0, [1]);
    }

    [Fact]
    public void AllocateShared_MoreThanThereIs_SaysWhatWasAsked()
    {
        OutOfMemoryException error = Assert.Throws<OutOfMemoryException>(() => Gpu.AllocateShared(1L << 60));
        Assert.Equal($"The host has not the {1L << 60:N0} bytes that were asked for.", error.Message);
    }

    [Fact]
    public void Allocate_Negative_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Gpu.Allocate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gpu.AllocateShared(-1));
    }

    [Fact]
    public void HeldBytes_CountWhatIsNotDisposedOf()
    {
        long before = Gpu.HeldBytes;
        Buffer buffer = Gpu.Allocate(100);
        Assert.Equal(before + 128, Gpu.HeldBytes);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(before, Gpu.HeldBytes);
    }

    [Fact]
    public void Dispose_Twice_DoesNothingAndTheMemoryIsGone()
    {
        foreach (Buffer buffer in (Buffer[])[Gpu.Allocate(8), Gpu.AllocateShared(8)])
        {
            buffer.Dispose();
            buffer.Dispose();
            Assert.Throws<ObjectDisposedException>(() => buffer.Read(0, new byte[1]));
        }
    }
}
