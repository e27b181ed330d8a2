namespace MoECompiler.Modules;

/// <summary>
/// What a module sees when it lowers itself to ops: the arguments of its attribute, and where parameters, losses and random sites are
/// declared. A module's lowering is a pure function of these.
/// </summary>
public abstract class ModuleContext
{
    /// <summary>Where to add nodes.</summary>
    public abstract GraphBuilder Graph { get; }

    /// <summary>The member's path, such as <c>First</c>.</summary>
    public abstract string Path { get; }

    /// <summary>Whether the graph is for training: dropout and noise are only then there.</summary>
    public abstract bool IsTraining { get; }

    /// <summary>Whether the graph has a loss: auxiliary losses are only then computed.</summary>
    public abstract bool HasLoss { get; }

    /// <summary>
    /// Whether an attention that sees no later tokens comes before the member, in repeated layers also before it in the next one: what the member makes of
    /// a token may not depend on later ones.
    /// </summary>
    public abstract bool FollowsCausalAttention { get; }

    /// <summary>An extent, by the attribute's argument.</summary>
    public abstract Size Size(string argument);

    /// <summary>An extent, by the attribute's argument; another where none is said.</summary>
    public abstract Size Size(string argument, Size otherwise);

    public abstract float Number(string argument, float otherwise = 0);

    public abstract int Integer(string argument, int otherwise = 0);

    public abstract bool Flag(string argument, bool otherwise = false);

    /// <summary>The name of an enum's member.</summary>
    public abstract string Choice(string argument, string otherwise);

    /// <summary>A static method of the class that has the member, which the argument names.</summary>
    public abstract ModuleFormula Formula(string argument);

    /// <summary>Declares a weight of 32 bits.</summary>
    /// <param name="name">The property of the module that holds it at run time: <c>Weight</c>.</param>
    /// <param name="tensor">The end of its name in a checkpoint: <c>weight</c>.</param>
    /// <param name="initializer">How a new model fills it.</param>
    /// <param name="shape">Its extents.</param>
    public abstract Value Parameter(string name, string tensor, Initializer initializer, params Size[] shape);

    /// <summary>
    /// Declares a weight that is the right operand of products, a matrix or one an expert: it is stored in what the model's precision says. What is
    /// reshaped before has other rows than those that 4 bits are by: a weight of more extents has 32 bits instead.
    /// </summary>
    /// <inheritdoc cref="Parameter"/>
    public abstract Value Matrix(string name, string tensor, Initializer initializer, params Size[] shape);

    /// <summary>Declares a table of rows: it is stored in 16 bits where the model's precision says so, and never in 4.</summary>
    /// <inheritdoc cref="Parameter"/>
    public abstract Value Table(string name, string tensor, Initializer initializer, params Size[] shape);

    /// <summary>A <see cref="Matrix"/> that is not trained.</summary>
    /// <inheritdoc cref="Parameter"/>
    public abstract Value FrozenMatrix(string name, string tensor, Initializer initializer, params Size[] shape);

    /// <summary>Declares numbers that no optimizer trains and that each step of training may <see cref="Update"/>; a checkpoint holds them.</summary>
    /// <inheritdoc cref="Parameter"/>
    public abstract Value State(string name, string tensor, Initializer initializer, params Size[] shape);

    /// <summary>Makes <paramref name="next"/> the value of a <see cref="State"/> when this step of training ends; nothing where the member is frozen.</summary>
    /// <param name="name">The state's property.</param>
    /// <param name="next">Of its type.</param>
    public abstract void Update(string name, Value next);

    /// <summary>Adds <paramref name="coefficient"/> times a scalar to the loss, and reports the scalar under the member's path and <paramref name="name"/>.</summary>
    public abstract void AddLoss(string name, Value scalar, float coefficient);

    /// <summary>Reports a scalar or a row of numbers.</summary>
    public abstract void AddMetric(string name, Value value);

    /// <summary>The number of a new random site of the model.</summary>
    public abstract int NextSite();
}

/// <summary>A method of a user as a formula.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Parameters">The names of its parameters, in order.</param>
/// <param name="Apply">Adds what it computes of as many values.</param>
public sealed record ModuleFormula(string Name, EquatableArray<string> Parameters, Func<IReadOnlyList<Value>, Value> Apply);

/// <summary>A kind of module: what its Forward means in ops.</summary>
public abstract class ModuleLowering
{
    /// <summary>The attribute's name: <c>Linear</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The type that an input has if nothing else tells; null if this module cannot tell either.</summary>
    public virtual TensorType? Expect(ModuleContext module, int input) => null;

    /// <summary>The module's result for its inputs; the first where it gives several.</summary>
    /// <exception cref="ShapeError">An input has not the shape that the module takes.</exception>
    public abstract Value Lower(ModuleContext module, EquatableArray<Value> inputs);

    /// <summary>All results of the module, as many as its Forward gives.</summary>
    /// <exception cref="ShapeError">An input has not the shape that the module takes.</exception>
    public virtual EquatableArray<Value> LowerAll(ModuleContext module, EquatableArray<Value> inputs) => [Lower(module, inputs)];

    /// <summary>The batch: the extent that is free until a call.</summary>
    protected static Size Batch { get; } = Graphs.Size.Symbol("B");
}
