namespace MoECompiler;

/// <summary>Devices of a library beside this one: see <see cref="Device.AddProvider"/>.</summary>
public interface IDeviceProvider
{
    /// <summary>Each device that can be opened, such as <c>cuda:0 (NVIDIA H200)</c>.</summary>
    IReadOnlyList<string> Usable { get; }

    /// <summary>Each device that cannot be opened, and why.</summary>
    IReadOnlyList<string> PassedOver { get; }

    /// <summary>A new device that is faster than the CPU; null if there is none.</summary>
    Device? OpenBest();

    /// <summary>A new device; null if there is none of the kind and number that can be used.</summary>
    /// <param name="kind">Such as <c>cuda</c>, in small letters.</param>
    /// <param name="index">Among those of its kind; null for the best of them.</param>
    Device? Open(string kind, int? index);
}
