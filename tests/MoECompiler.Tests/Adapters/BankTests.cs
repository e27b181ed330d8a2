using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Rows of one batch under different adapters, against each row under its adapter alone.</summary>
public class BankTests
{
    [Fact]
    public void Bank_EachRowUnderItsOwnAdapter_IsTheRowAlone()
    {
        using CpuDevice device = new(2);
        BankCheck.Mixture(device, 64);
        BankCheck.Layered(device, 7);
        BankCheck.Picture(device, 9);
        BankCheck.TwoTask(device, 10);
    }

    [Fact]
    public void Bank_OfNumbersAndModels_RefusesWhatItHasNot()
    {
        using CpuDevice device = new(1);
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(device)), other = AdapterChecks.New(new TwoTaskModel(device));
        using TwoTaskAdapter adapter = new(model), stranger = new(other);
        using TwoTaskAdapterBank bank = new(model, capacity: 2);
        Assert.Equal(1, bank.Add(adapter));
        Assert.Equal(2, bank.Add(adapter));
        Assert.Contains("room for 2", Assert.Throws<InvalidOperationException>(() => bank.Add(adapter)).Message, StringComparison.Ordinal);
        bank.Remove(1);
        Assert.Equal(1, bank.Count);
        Assert.Throws<ArgumentException>(() => bank.Remove(1));
        Assert.Throws<ArgumentException>(() => bank.Replace(1, adapter));
        Assert.Contains("another instance", Assert.Throws<ArgumentException>(() => bank.Add(stranger)).Message, StringComparison.Ordinal);
        View<int> numbers = device.Upload<int>([3], [1]);
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            bank.Forward(device.New<float>(1, 7), numbers, device.New<float>(1, 1), device.New<float>(1, 2)));
        Assert.Contains("adapter at position 0 is 3; there are 3", error.Message, StringComparison.Ordinal);
    }
}
