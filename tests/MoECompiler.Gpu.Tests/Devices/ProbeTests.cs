using Xunit;

namespace MoECompiler.Gpu.Tests.Devices;

/// <summary>What holds on every machine, with drivers and without.</summary>
public class ProbeTests
{
    [Fact]
    public void Probe_SpeaksOfEachKindAndGivesAReasonForWhatItPassesOver()
    {
        IReadOnlyList<GpuDescription> found = GpuDevices.Probe();
        Assert.Contains(found, static device => device.Kind == GpuKind.Cuda);
        Assert.Contains(found, static device => device.Kind == GpuKind.OpenCl);
        Assert.All(found, static device =>
        {
            Assert.NotEmpty(device.Name);
            Assert.NotEqual("", device.PassedOver);
            if (device.IsUsable)
            {
                Assert.True(device is { Index: >= 0, Memory: > 0, ComputeUnits: > 0 });
                Assert.NotEmpty(device.Version);
            }
            else
            {
                Assert.Contains(device.PassedOver!, $"{device}");
            }
        });
    }

    [Fact]
    public void Probe_Twice_SaysTheSame() => Assert.Equal(GpuDevices.Probe(), GpuDevices.Probe());

    [Fact]
    public void Best_IsAGpuExactlyIfOneCanBeUsed()
    {
        GpuDevices.Register();
        GpuDevices.Register();
        using Device best = Device.Best();
        bool hasGpu = GpuDevices.Probe().Any(static device => device is { IsUsable: true, IsProcessor: false });
        Assert.Equal(hasGpu, best is GpuDevice { Traits.IsProcessor: false });
        Assert.Equal(!hasGpu, best is CpuDevice);
    }

    [Theory]
    [InlineData("cpu", typeof(CpuDevice))]
    [InlineData(" CPU ", typeof(CpuDevice))]
    [InlineData("Simulated", typeof(SimulatedDevice))]
    public void Open_AName_GivesTheDevice(string name, Type type)
    {
        GpuDevices.Register();
        using Device device = Device.Open(name);
        Assert.IsType(type, device);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tpu")]
    [InlineData("cpu:0")]
    [InlineData("cuda:99")]
    [InlineData("opencl:-1")]
    [InlineData("cuda:0:0")]
    public void Open_WhatThereIsNot_ListsWhatThereIs(string name)
    {
        GpuDevices.Register();
        ArgumentException error = Assert.Throws<ArgumentException>(() => Device.Open(name));
        Assert.StartsWith($"There is no device \"{name}\"; there are: cpu, ", error.Message);
        Assert.Contains("simulated", error.Message);
        Assert.All(GpuDevices.Probe(), device => Assert.Contains($"{device}", error.Message));
    }

    [Fact]
    public void Constructors_OfWhatThereIsNot_SayWhatThereIs()
    {
        Assert.StartsWith("There is no device cuda:99; there are: cuda", Assert.Throws<DeviceException>(() => new CudaDevice(99)).Message);
        Assert.StartsWith("There is no device opencl:99; there are: opencl", Assert.Throws<DeviceException>(() => new OpenClDevice(99)).Message);
    }
}
