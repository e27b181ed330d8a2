using Xunit;

namespace MoECompiler.Tests.Runtime;

/// <summary>Without MoECompiler.Gpu there is the CPU; that library's tests have the rest.</summary>
public class DeviceChoiceTests
{
    [Fact]
    public void Best_WithoutGpus_IsTheCpu()
    {
        using Device device = Device.Best();
        Assert.IsType<CpuDevice>(device);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cpu:1")]
    [InlineData("")]
    public void Open_WhatThereIsNot_SaysWhereGpusComeFrom(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Device.Open(name));
        Assert.Equal($"There is no device \"{name}\"; there are: cpu. GPUs come with MoECompiler.Gpu.", error.Message);
    }

    [Fact]
    public void Open_Cpu_IsTheCpu()
    {
        using Device device = Device.Open("CPU");
        Assert.IsType<CpuDevice>(device);
    }
}
