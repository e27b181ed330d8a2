using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace MoECompiler;

/// <summary>
/// Where the drivers' libraries are found. ILGPU asks for "cuda" and "OpenCL", and .NET makes libcuda.so and libOpenCL.so of that: links
/// that come with development packages only. What a driver installs is libcuda.so.1 and libOpenCL.so.1.
/// </summary>
internal static class DriverLibraries
{
    private static int s_isInstalled;

    /// <summary>The file of CUDA's driver interface.</summary>
    public static string Cuda => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>The file of the loader that knows OpenCL's drivers.</summary>
    public static string OpenCl => OperatingSystem.IsWindows() ? "OpenCL.dll" : "libOpenCL.so.1";

    /// <summary>Has ILGPU find the libraries from now on.</summary>
    /// <remarks>An event, which is raised where .NET finds nothing: a resolver of its own ILGPU sets itself under WSL.</remarks>
    public static void Install()
    {
        if (OperatingSystem.IsLinux() && Interlocked.Exchange(ref s_isInstalled, 1) == 0)
            AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly)!.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Whether there is such a file where libraries are looked for.</summary>
    public static bool Has(string file)
    {
        if (!NativeLibrary.TryLoad(file, out nint handle))
            return false;
        NativeLibrary.Free(handle);
        return true;
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        string? file = name switch
        {
            "cuda" => Cuda,
            "OpenCL" => OpenCl,
            _ => null,
        };
        return assembly == typeof(Context).Assembly && file is not null && NativeLibrary.TryLoad(file, out nint handle) ? handle : 0;
    }
}
