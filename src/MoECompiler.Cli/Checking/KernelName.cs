using System.Reflection;

namespace MoECompiler.Cli.Checking;

/// <summary>What a kernel is called in files and tables.</summary>
internal static class KernelName
{
    /// <summary>The class and the method; of a generic one its arguments too, with the models that they are of and arguments of their own.</summary>
    public static string Of(MethodInfo kernel) => string.Concat(
        $"{kernel.DeclaringType!.DeclaringType?.Name ?? kernel.DeclaringType.Name}.{kernel.Name}",
        string.Concat(kernel.GetGenericArguments().Select(static a => "." + Of(a))));

    private static string Of(Type argument)
    {
        string name = argument.DeclaringType?.Name + argument.Name.Split('`')[0];
        return argument.IsGenericType ? $"{name}[{string.Join(",", argument.GetGenericArguments().Select(Of))}]" : name;
    }
}
