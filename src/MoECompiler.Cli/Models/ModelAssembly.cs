using System.Reflection;
using System.Runtime.Loader;

namespace MoECompiler.Cli;

/// <summary>An assembly with compiled models. What it shares with this program is this program's own.</summary>
internal sealed class ModelAssembly : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _dependencies;

    private ModelAssembly(string path) => _dependencies = new AssemblyDependencyResolver(path);

    /// <summary>The class of a model.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="name">The class's name, with or without its namespace; null where there is only one.</param>
    /// <exception cref="CommandException">There is no such assembly, or no such model in it.</exception>
    public static Type FindModel(string path, string? name) => FindModels(path, name) switch
    {
        [Type model] => model,
        Type[] all when all.Where(static t => BaseOf(t) is null).ToArray() is [Type model] => model,
        Type[] several => throw new CommandException($"{path} has several models, tell one with --model: {List(several)}."),
    };

    /// <summary>The classes of all models, adapters and banks, or of those with a name, with or without its namespace.</summary>
    /// <exception cref="CommandException">There is no such assembly, or no such model in it.</exception>
    public static Type[] FindModels(string path, string? name)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new CommandException($"There is no file {full}.");
        Type[] models;
        try
        {
            models = [.. new ModelAssembly(full).LoadFromAssemblyPath(full).GetTypes()
                .Where(static t => t.IsSubclassOf(typeof(Model)) && SizesOf(t) is not null).OrderBy(static t => t.FullName, StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or FileNotFoundException or ReflectionTypeLoadException)
        {
            throw new CommandException($"{full} cannot be loaded: {error.Message}");
        }
        if (models.Length == 0)
            throw new CommandException($"{full} has no class marked [Model].");
        Type[] named = [.. models.Where(t => name is null || t.Name == name || t.FullName == name)];
        return named.Length > 0 ? named : throw new CommandException($"{full} has no model {name}; there are: {List(models)}.");
    }

    /// <summary>What is emitted beside a class marked [Model], or beside the model of an adapter; null for a model that somebody wrote by hand.</summary>
    public static Type? SizesOf(Type model)
    {
        Type declared = BaseOf(model) ?? model;
        return declared.Assembly.GetType($"{declared.FullName}Sizes");
    }

    /// <summary>The model that an adapter or a bank is attached to; null for a model.</summary>
    public static Type? BaseOf(Type type) => type.IsSubclassOf(typeof(Adapter)) || type.IsSubclassOf(typeof(AdapterBank))
        ? type.GetConstructors().FirstOrDefault()?.GetParameters().FirstOrDefault()?.ParameterType
        : null;

    private static string List(Type[] models) => string.Join(", ", models.Select(static t => t.FullName));

    protected override Assembly? Load(AssemblyName name)
    {
        if (name.Name is "MoECompiler" or "MoECompiler.Gpu" or "ILGPU" or "ILGPU.Algorithms")
            return null;
        return _dependencies.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
