using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using Found = ILGPU.Runtime.Cuda.CudaDevice;

namespace MoECompiler;

/// <summary>What CUDA's driver knows.</summary>
internal static class CudaProbe
{
    private const int NoDevice = 100;
    private const int DriverMismatch = 803;

    /// <summary>The devices in the driver's order, or why there is no driver. Throws nothing.</summary>
    public static IReadOnlyList<GpuDescription> Run()
    {
        try
        {
            return Look();
        }
        // A library that is broken, or of another kind of machine, must not keep a program from starting.
        catch (Exception error)
        {
            return [Missing($"NVIDIA's driver cannot be asked: {DeviceErrors.Describe(error)}")];
        }
    }

    private static GpuDescription Missing(string reason) => new() { Kind = GpuKind.Cuda, Index = -1, Name = "CUDA", PassedOver = reason };

    private static GpuDescription[] Look()
    {
        DriverLibraries.Install();
        CudaAPI driver = CudaAPI.CurrentAPI;
        if (!driver.IsSupported)
            return [Missing(WhyNoDriver())];
        if (driver.GetDeviceCount(out int count) != CudaError.CUDA_SUCCESS || count == 0)
            return [Missing("NVIDIA's driver knows no device")];
        // What GetDevices returns lacks devices that share a slot.
        List<Found> found = [];
        Found.GetDevices(device =>
        {
            found.Add(device);
            return false;
        });
        return [.. Enumerable.Range(0, count).Select(index => Describe(driver, index, found.FirstOrDefault(device => device.DeviceId == index)))];
    }

    private static GpuDescription Describe(CudaAPI driver, int index, Found? found)
    {
        if (found is null)
        {
            driver.GetDeviceName(out string? name, index);
            return new GpuDescription { Kind = GpuKind.Cuda, Index = index, Name = name ?? "CUDA", PassedOver = "its driver does not say what it is" };
        }
        return new GpuDescription
        {
            Kind = GpuKind.Cuda,
            Index = index,
            Name = found.Name,
            Memory = found.MemorySize,
            ComputeUnits = found.NumMultiprocessors,
            Version = $"compute capability {found.Architecture?.Major}.{found.Architecture?.Minor}, driver for CUDA {found.DriverVersion.Major}.{found.DriverVersion.Minor}",
            PassedOver = WhyNot(found),
        };
    }

    private static string? WhyNot(Found device)
    {
        if (device.InstructionSet is not null)
            return null;
        CudaArchitecture architecture = new CudaCapabilityContext(device.Architecture!.Value).TargetArchitecture;
        CudaAccelerator.TryGetInstructionSet(architecture, device.DriverVersion, out CudaDriverVersion least, out _);
        return $"its driver is for CUDA {device.DriverVersion.Major}.{device.DriverVersion.Minor}: {least.Major}.{least.Minor} is the least";
    }

    /// <summary>Asks the driver once more, for the error that ILGPU does not pass on.</summary>
    private static unsafe string WhyNoDriver()
    {
        if (!NativeLibrary.TryLoad(DriverLibraries.Cuda, out nint library))
            return $"there is no NVIDIA driver: {DriverLibraries.Cuda} is not on this machine";
        try
        {
            if (!NativeLibrary.TryGetExport(library, "cuInit", out nint initialize))
                return $"{DriverLibraries.Cuda} is no driver of CUDA";
            return ((delegate* unmanaged<uint, int>)initialize)(0) switch
            {
                0 => $"{DriverLibraries.Cuda} lacks a function: the driver is too old",
                NoDevice => "NVIDIA's driver knows no device",
                DriverMismatch => $"NVIDIA's kernel module and {DriverLibraries.Cuda} are of different versions",
                int error => $"NVIDIA's driver does not start: CUDA error {error}",
            };
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }
}
