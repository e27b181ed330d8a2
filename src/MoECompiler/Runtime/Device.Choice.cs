using System.Collections.Immutable;
using System.Globalization;

namespace MoECompiler;

/// <summary>Which devices there are.</summary>
public abstract partial class Device
{
    private const string Cpu = "cpu";

    private static ImmutableArray<IDeviceProvider> s_providers = [];

    /// <summary>
    /// The fastest device of this machine: a GPU with CUDA, else a GPU with OpenCL, else the CPU. GPUs are seen where the program
    /// references MoECompiler.Gpu.
    /// </summary>
    public static Device Best()
    {
        foreach (IDeviceProvider provider in s_providers)
        {
            if (provider.OpenBest() is { } device)
                return device;
        }
        return new CpuDevice();
    }

    /// <summary>A new device by its name, as options of programs have it.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c>, <c>opencl</c> or <c>simulated</c>; with a number among those of its kind, <c>cuda:1</c>.</param>
    /// <exception cref="ArgumentException">There is no such device; the message lists those that there are, and why others cannot be used.</exception>
    public static Device Open(string name)
    {
        string[] parts = name.Trim().ToLowerInvariant().Split(':');
        string kind = parts[0];
        int? index = null;
        bool isName = parts.Length == 1;
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            (index, isName) = (number, true);
        if (isName && kind == Cpu && index is null)
            return new CpuDevice();
        foreach (IDeviceProvider provider in isName ? s_providers : [])
        {
            if (provider.Open(kind, index) is { } device)
                return device;
        }
        throw new ArgumentException($"There is no device {Wording.Quote(name)}; {DescribeAll()}");
    }

    /// <summary>Lets <see cref="Best"/> and <see cref="Open"/> find devices of another library; asked in the order in which they were added.</summary>
    public static void AddProvider(IDeviceProvider provider) => ImmutableInterlocked.Update(ref s_providers, static (all, added) => all.Add(added), provider);

    private static string DescribeAll()
    {
        string usable = string.Join(", ", s_providers.SelectMany(static provider => provider.Usable).Prepend(Cpu));
        string[] passedOver = [.. s_providers.SelectMany(static provider => provider.PassedOver)];
        string gpus = s_providers.IsEmpty ? " GPUs come with MoECompiler.Gpu." : "";
        return $"there are: {usable}.{gpus}{(passedOver.Length == 0 ? "" : $" Not usable: {string.Join(", ", passedOver)}.")}";
    }
}
