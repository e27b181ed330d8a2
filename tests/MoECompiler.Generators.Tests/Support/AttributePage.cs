extern alias runtime;

using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;
using MoECompiler.Graphs;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>A page of <c>docs/attributes</c>: what it says of an attribute's arguments and of its example's tensors is made here.</summary>
internal static partial class AttributePage
{
    private const string Begin = "<!-- of the attribute's own comments -->", End = "<!-- -->";

    private static readonly Assembly s_library = typeof(runtime::MoECompiler.MemberAttribute).Assembly;

    private static readonly IReadOnlyDictionary<string, XElement> s_comments = XDocument.Load(Path.ChangeExtension(s_library.Location, ".xml"))
        .Descendants("member").ToDictionary(static m => m.Attribute("name")!.Value);

    /// <summary>The attributes that a user declares with, but for adapters, which have a page of their own.</summary>
    public static IReadOnlyList<Type> Attributes { get; } =
    [
        .. s_library.GetExportedTypes()
            .Where(static t => t.Namespace == "MoECompiler" && !t.IsAbstract && !t.IsGenericType && typeof(Attribute).IsAssignableFrom(t))
            .OrderBy(static t => t.Name, StringComparer.Ordinal),
    ];

    public static string NameOf(Type attribute) => attribute.Name[..^"Attribute".Length];

    /// <summary>The C# blocks of a page.</summary>
    public static IReadOnlyList<string> Blocks(string page) => [.. Code().Matches(page).Select(static m => m.Groups["code"].Value)];

    /// <summary>The page with everything that is made anew.</summary>
    public static string Remake(Type attribute, string page)
    {
        page = Comments().Replace(page, _ => $"{Begin}\n{Describe(attribute)}\n{End}");
        return Facts().Replace(page, static m => $"```csharp\n{m.Groups["code"].Value}```\n\n```\n{FactsOf(m.Groups["code"].Value)}```");
    }

    private static string Describe(Type attribute)
    {
        ConstructorInfo constructor = attribute.GetConstructors().Single();
        ParameterInfo[] parameters = constructor.GetParameters();
        object instance = constructor.Invoke([.. parameters.Select(static p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : p.ParameterType.IsArray ? Array.Empty<object>() : "")]);
        StringBuilder text = new();
        XElement type = s_comments[$"T:{attribute.FullName}"];
        text.Append(Text(type.Element("summary")));
        if (type.Element("remarks") is { } remarks)
            text.Append("\n\n").Append(Text(remarks));
        List<(string Name, string Type, string Default, string Meaning)> rows = [];
        foreach (ParameterInfo parameter in parameters)
        {
            XElement comment = s_comments[$"M:{attribute.FullName}.#ctor({string.Join(",", parameters.Select(static p => p.ParameterType.FullName))})"];
            rows.Add((parameter.Name!, Word(parameter.ParameterType), parameter.HasDefaultValue ? Value(parameter.DefaultValue) : "",
                Text(comment.Elements("param").Single(p => p.Attribute("name")!.Value == parameter.Name))));
        }
        foreach (PropertyInfo property in attribute.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(static p => p.CanWrite))
            rows.Add((property.Name, Word(property.PropertyType), Value(property.GetValue(instance)), Text(s_comments[$"P:{attribute.FullName}.{property.Name}"].Element("summary")) + Members(property.PropertyType)));
        if (rows.Count == 0)
            return text.ToString();
        text.Append("\n\n| argument | | unless said | |\n| --- | --- | --- | --- |");
        foreach ((string name, string of, string value, string meaning) in rows)
            text.Append(CultureInfo.InvariantCulture, $"\n| `{name}` | {of} | {value} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |");
        return text.ToString();
    }

    /// <summary>What a choice chooses from.</summary>
    private static string Members(Type type) => !type.IsEnum ? "" : string.Concat(Enum.GetNames(type)
        .Select(name => $"<br>`{name}`: {(s_comments.TryGetValue($"F:{type.FullName}.{name}", out XElement? comment) ? Text(comment.Element("summary")) : "")}"));

    private static string Word(Type type) => type switch
    {
        { IsEnum: true } => $"`{type.Name}`",
        { IsArray: true } => "any number of",
        _ when type == typeof(int) => "integer",
        _ when type == typeof(float) => "number",
        _ when type == typeof(bool) => "flag",
        _ => "text",
    };

    private static string Value(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture)!,
        _ => $"{value}",
    };

    /// <summary>A comment in Markdown.</summary>
    private static string Text(XElement? comment)
    {
        if (comment is null)
            return "";
        string text = string.Concat(comment.Nodes().Select(static node => node switch
        {
            XText plain => plain.Value,
            XElement { Name.LocalName: "see" } see when see.IsEmpty => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
            XElement other => $"`{other.Value}`",
            _ => "",
        }));
        return Space().Replace(text, " ").Trim().Replace("<", "&lt;", StringComparison.Ordinal).Replace("](", "]\\(", StringComparison.Ordinal);
    }

    /// <summary>What the model called App takes and gives, and its tensors in the order of their declaration.</summary>
    private static string FactsOf(string source)
    {
        ModelSpec spec = SpecText.Parse(source, "App");
        Graph graph = ModelLowering.Forward(spec);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Forward({string.Join(", ", graph.Inputs)}) -> {string.Join(", ", graph.Outputs.Select(static o => $"{o.Name}: {o.Value.Type}"))}\n");
        Size count = Size.Zero;
        foreach (GraphParameter parameter in graph.Parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $"{parameter.Value}, {Start(parameter.Initializer)}{(parameter.IsFrozen ? ", frozen" : "")}, in files {parameter.CheckpointName}\n");
            count += parameter.Value.Type.Count;
        }
        long now = count.Evaluate(name => spec.Sizes.Single(s => s.Name == name).Default);
        text.Append(count.Constant is null ? string.Create(CultureInfo.InvariantCulture, $"{count} = {now:N0} weights\n") : string.Create(CultureInfo.InvariantCulture, $"{now:N0} weights\n"));
        return text.ToString();
    }

    private static string Start(Initializer initializer) => initializer switch
    {
        Initializer.Constant constant => constant.Value.ToString(CultureInfo.InvariantCulture),
        Initializer.Uniform uniform => $"U(-1/sqrt({uniform.FanIn}), 1/sqrt({uniform.FanIn}))",
        Initializer.Between between => string.Create(CultureInfo.InvariantCulture, $"U({between.Low}, {between.High})"),
        Initializer.Normal normal => string.Create(CultureInfo.InvariantCulture, $"N(0, {normal.Deviation}^2)"),
        _ => throw new ArgumentOutOfRangeException(nameof(initializer)),
    };

    [GeneratedRegex(Begin + ".*?" + End, RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("```csharp\n(?<code>((?!```).)*?)```\n\n```\n.*?```", RegexOptions.Singleline)]
    private static partial Regex Facts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
