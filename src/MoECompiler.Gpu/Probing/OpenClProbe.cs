using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.OpenCL;

namespace MoECompiler;

/// <summary>What OpenCL's drivers know.</summary>
internal static class OpenClProbe
{
    private const int MaximumDevices = 64;

    /// <summary>The most threads of a group that a library kernel asks of a GPU.</summary>
    private const int LeastGroup = 256;

    /// <summary>The devices in the loader's order, or why there are none. Throws nothing.</summary>
    public static IReadOnlyList<GpuDescription> Run()
    {
        try
        {
            (nint Platform, nint Device)[] found = Find();
            return found.Length > 0 ? [.. found.Select(static (handles, index) => Describe(index, handles.Platform, handles.Device))] : [Missing(WhyNone())];
        }
        // A library that is broken, or of another kind of machine, must not keep a program from starting.
        catch (Exception error)
        {
            return [Missing($"OpenCL cannot be asked: {DeviceErrors.Describe(error)}")];
        }
    }

    private static GpuDescription Missing(string reason) => new() { Kind = GpuKind.OpenCl, Index = -1, Name = "OpenCL", PassedOver = reason };

    /// <summary>All devices of all drivers, as the loader numbers them.</summary>
    public static unsafe (nint Platform, nint Device)[] Find()
    {
        DriverLibraries.Install();
        CLAPI loader = CLAPI.CurrentAPI;
        if (!loader.IsSupported || loader.GetNumPlatforms(out int count) != CLError.CL_SUCCESS || count == 0)
            return [];
        nint[] platforms = new nint[count];
        if (loader.GetPlatforms(platforms, ref count) != CLError.CL_SUCCESS)
            return [];
        List<(nint, nint)> found = [];
        nint* devices = stackalloc nint[MaximumDevices];
        foreach (nint platform in platforms)
        {
            int here = MaximumDevices;
            if (loader.GetDevices(platform, CLDeviceType.CL_DEVICE_TYPE_ALL, devices, ref here) != CLError.CL_SUCCESS)
                continue;
            for (int i = 0; i < here; i++)
                found.Add((platform, devices[i]));
        }
        return [.. found];
    }

    private static GpuDescription Describe(int index, nint platform, nint handle)
    {
        try
        {
            CLDevice device = new(platform, handle);
            return new GpuDescription
            {
                Kind = GpuKind.OpenCl,
                Index = index,
                Name = device.Name,
                Memory = device.MemorySize,
                ComputeUnits = device.NumMultiprocessors,
                Version = $"OpenCL {device.DeviceVersion.Major}.{device.DeviceVersion.Minor}, {device.PlatformName}",
                IsProcessor = IsProcessor(device),
                PassedOver = WhyNot(device),
            };
        }
        // Drivers err in ways of their own, and none of them may keep a program from starting.
        catch (Exception error)
        {
            return new GpuDescription
            {
                Kind = GpuKind.OpenCl, Index = index, Name = "OpenCL", PassedOver = $"its driver does not say what it is: {DeviceErrors.Describe(error)}",
            };
        }
    }

    internal static bool IsProcessor(CLDevice device) => device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CPU);

    private static string? WhyNot(CLDevice device)
    {
        if (device.GetDeviceInfo<int>(CLDeviceInfoType.CL_DEVICE_AVAILABLE) == 0)
            return "its driver says that it is not available";
        if (device.GetDeviceInfo<int>(CLDeviceInfoType.CL_DEVICE_COMPILER_AVAILABLE) == 0)
            return "its driver has no compiler";
        if (device.CLStdVersion < CLCVersion.CL20)
            return $"it has OpenCL {device.DeviceVersion.Major}.{device.DeviceVersion.Minor}: 2.0 is the least";
        if (!device.Capabilities.GenericAddressSpace)
            return "it has no generic address space, which version 3.0 leaves to drivers";
        if (device.GetDeviceInfo<int>(CLDeviceInfoType.CL_DEVICE_ADDRESS_BITS) != 64)
            return "its addresses have not 64 bits";
        if (device.MaxNumThreadsPerGroup < LeastGroup)
            return $"its groups have at most {device.MaxNumThreadsPerGroup} threads: {LeastGroup} are needed";
        return null;
    }

    private static string WhyNone() => DriverLibraries.Has(DriverLibraries.OpenCl)
        ? $"{DriverLibraries.OpenCl} knows no device: no driver of OpenCL is installed, or none of them starts"
        : $"there is no OpenCL: {DriverLibraries.OpenCl} is not on this machine";
}
