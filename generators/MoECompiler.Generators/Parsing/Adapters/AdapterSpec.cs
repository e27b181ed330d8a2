using MoECompiler.Adapters;

namespace MoECompiler.Generators.Parsing;

/// <summary>A class with an adapter's attribute, such as <c>[Lora&lt;OlmoE&gt;(Rank = 16)]</c>.</summary>
/// <param name="Base">The model that it is attached to.</param>
/// <param name="BaseType">The model's class as emitted code writes it.</param>
/// <param name="Namespace">The adapter's namespace; empty for the global one.</param>
/// <param name="Accessibility"><c>public</c> or <c>internal</c>.</param>
/// <param name="Name">The adapter's class.</param>
/// <param name="Kind">How factors are made.</param>
/// <param name="Targets">Which weights change; null for the usual ones.</param>
/// <param name="HasBank">Whether the class is emitted that runs many adapters in one batch.</param>
/// <param name="Span">The class's name.</param>
internal sealed record AdapterSpec(
    ModelSpec Base, string BaseType, string Namespace, string Accessibility, string Name, AdapterKind Kind, EquatableArray<TargetSpec>? Targets, bool HasBank, int Span)
{
    /// <summary>The adapter as the emitters of a model's methods take it: the model's sizes and methods in a class of another name.</summary>
    public ModelSpec AsModel => Base with { Namespace = Namespace, Accessibility = Accessibility, Root = Base.Root with { Name = Name }, Span = Span, AdapterOf = BaseType, Evolution = null };

    /// <summary>The bank's class.</summary>
    public string BankName => Name + "Bank";

    /// <summary>The bank in the same way: how many adapters it has room for is one more size, and it is not trained.</summary>
    public ModelSpec AsBank
    {
        get
        {
            ModelSpec model = AsModel;
            return model with
            {
                Root = model.Root with { Name = BankName },
                Loss = null,
                Sizes = model.Sizes.Append(new SizeSpec(AdaptersSize, Default: 16, null, null, Property: "Slots")).ToEquatable(),
            };
        }
    }

    /// <summary>The size of a bank.</summary>
    public const string AdaptersSize = "Adapters";
}

/// <summary>A name of a weight to change, as written.</summary>
internal sealed record TargetSpec(string Name, int Span);
