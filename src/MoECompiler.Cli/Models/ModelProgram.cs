using System.Reflection;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using MoECompiler.Training;

namespace MoECompiler.Cli;

/// <summary>A model, an adapter or a bank on a device, and its methods by name, run on random input.</summary>
internal sealed class ModelProgram : IDisposable
{
    /// <summary>How many adapters a bank has room for.</summary>
    private const int Capacity = 4;

    private readonly Device _device;
    private readonly Model? _base;
    private readonly ReferenceModel _reference;

    /// <param name="type">The model's class.</param>
    /// <param name="sizes">Sizes other than their defaults.</param>
    /// <param name="device">Where the model lies; it stays the caller's.</param>
    /// <exception cref="CommandException">A size is unknown or impossible.</exception>
    public ModelProgram(Type type, IReadOnlyDictionary<string, int> sizes, Device device)
    {
        _device = device;
        Type sizesType = ModelAssembly.SizesOf(type) ?? throw new CommandException($"{type.FullName} was not compiled by MoECompiler.");
        object bound = Activator.CreateInstance(sizesType)!;
        foreach ((string name, int value) in sizes)
        {
            PropertyInfo property = sizesType.GetProperty(name) ?? throw new CommandException(
                $"{type.Name} has no size {name}; there are: {string.Join(", ", sizesType.GetProperties().Select(static p => p.Name).Where(static n => n != "EqualityContract"))}.");
            property.SetValue(bound, value);
        }
        try
        {
            Type? attachedTo = ModelAssembly.BaseOf(type);
            Model model = (Model)Activator.CreateInstance(attachedTo ?? type, bound, device)!;
            _base = attachedTo is null ? null : model;
            Model = attachedTo is null ? model
                : (Model)Activator.CreateInstance(type, type.IsSubclassOf(typeof(AdapterBank)) ? [model, Capacity] : [model])!;
        }
        catch (TargetInvocationException error) when (error.InnerException is ShapeException inner)
        {
            throw new CommandException(inner.Message);
        }
        catch (TargetInvocationException error) when (error.InnerException is MissingMemberException or TypeLoadException)
        {
            throw new CommandException(
                $"{type.FullName} was compiled with another version of MoECompiler than the {typeof(Model).Assembly.GetName().Version} of this tool: {error.InnerException.Message}");
        }
        _reference = (ReferenceModel)type.GetProperty("Reference")!.GetValue(Model)!;
    }

    public Model Model { get; }

    /// <summary>The sizes of the model, by name.</summary>
    public IReadOnlyDictionary<string, int> Sizes => _reference.Sizes;

    /// <summary>The names of the inputs of declared graphs that are weights.</summary>
    public IReadOnlySet<string> Weights => Model.AllParameters.Select(static p => p.Path).ToHashSet();

    public bool IsTrainable => Model is ITrainable;

    /// <summary>The declared graph of Forward, Evaluate or Backward.</summary>
    /// <exception cref="CommandException">The model has no such method.</exception>
    public Graph GraphOf(string method) => method switch
    {
        "Forward" => _reference.Graphs[0],
        "Evaluate" when IsTrainable => _reference.Graphs[1],
        "Backward" when IsTrainable => _reference.Graphs[2],
        "Evaluate" or "Backward" => throw new CommandException($"{Model.GetType().Name} has no [Loss], so no {method}."),
        _ => throw new CommandException($"There is no method {method}; there are: Forward, Evaluate, Backward."),
    };

    /// <summary>The value of each size, and of each extent that only inputs tell.</summary>
    public Func<string, long> Binding(int rows, int extent) =>
        name => _reference.Sizes.TryGetValue(name, out int size) ? size : name == "B" ? rows : extent;

    /// <summary>What runs a method once, on random input that is made now.</summary>
    /// <param name="method">Forward, Evaluate or Backward.</param>
    /// <param name="rows">The extent B.</param>
    /// <param name="extent">Every other extent that only inputs tell.</param>
    /// <exception cref="CommandException">The model has no such method.</exception>
    public Action Prepare(string method, int rows, int extent)
    {
        Graph graph = GraphOf(method);
        Func<string, long> binding = Binding(rows, extent);
        IReadOnlySet<string> weights = Weights;
        List<object> arguments = [.. graph.Inputs.Where(i => !weights.Contains(i.Name)).Select(i => Random(i.Type, binding))];
        arguments.AddRange(graph.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(o => New(o.Value.Type, binding)));
        if (method == "Backward")
        {
            ((ITrainable)Model).AllocateGradients();
            arguments.Add(new RandomState(1, 1));
        }
        if (method != "Forward")
            arguments.Add(_device.New<float>(((ITrainable)Model).Metrics.Sum(static m => m.Count)));

        object[] given = [.. arguments];
        MethodInfo target = Model.GetType().GetMethod(method, [.. given.Select(static a => a.GetType())])!;
        return () =>
        {
            try
            {
                target.Invoke(Model, given);
            }
            catch (TargetInvocationException error)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException!);
            }
        };
    }

    public void Dispose()
    {
        Model.Dispose();
        _base?.Dispose();
    }

    private object New(TensorType type, Func<string, long> binding)
    {
        int[] extents = Extents(type, binding);
        return type.Type == DType.F32 ? _device.New<float>(extents) : _device.New<int>(extents);
    }

    /// <summary>Floats of [-1, 1); integers 0 and 1, which are rows of any table.</summary>
    private object Random(TensorType type, Func<string, long> binding)
    {
        Random random = new(1);
        int[] extents = Extents(type, binding);
        int count = extents.Aggregate(1, static (a, b) => checked(a * b));
        if (type.Type == DType.F32)
            return _device.Upload<float>([.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)], extents);
        return _device.Upload<int>([.. Enumerable.Range(0, count).Select(_ => random.Next(2))], extents);
    }

    private static int[] Extents(TensorType type, Func<string, long> binding) => [.. type.Shape.Select(s => checked((int)s.Evaluate(binding)))];
}
