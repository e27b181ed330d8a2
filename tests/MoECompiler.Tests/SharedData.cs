using Xunit;

namespace MoECompiler.Tests;

/// <summary>Reference data beside the repository, in <c>../shared/data</c>, which a clone need not have.</summary>
internal static class SharedData
{
    private static readonly string? s_folder = Find();

    /// <summary>The full path of a file; null where it is absent.</summary>
    public static string? Find(string file)
        => s_folder is not null && Path.Combine(s_folder, file) is string path && File.Exists(path) ? path : null;

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(path))
                return path;
        }
        return null;
    }
}

/// <summary>A test of a file in <see cref="SharedData"/>; it is skipped where the file is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        if (SharedData.Find(file) is null)
            Skip = $"../shared/data/{file} is absent.";
    }
}
