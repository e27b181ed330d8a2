using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>What the arguments of [Attention], and of [PositionHead], say together: sizes that do not divide, and options that nothing reads.</summary>
internal static class AttentionRules
{
    public static void Check(ParseContext context, string kind, string member, IReadOnlyList<WrittenArgument> arguments)
    {
        if (Find("Width") is not { } width || Find("Heads") is not { Number: >= 1 } heads)
            return;
        if (Find("HeadSize") is null && width.Number % heads.Number != 0)
            Range(heads, $"a divisor of Width, {Wording.Of(width.Constant)}{(kind == "Attention" ? ", unless headSize is written" : "")}");
        if (Find("KvHeads") is { Number: >= 1 } shared && heads.Number % shared.Number != 0)
            Range(shared, $"a divisor of Heads, {Wording.Of(heads.Constant)}");
        bool turns = Find("Rotary")?.Spec.Value is ArgumentValue.Choice { Member: not "None" };
        double size = Find("HeadSize")?.Number ?? Math.Floor(width.Number / heads.Number);
        if (turns && size % 2 != 0)
            Range(Find("HeadSize") ?? heads, Find("HeadSize") is null ? "such that Width / Heads is even: Rotary turns pairs of columns" : "even: Rotary turns pairs of columns");
        if (!turns && Find("RotaryBase") is { } unread)
            context.Report(MemberDescriptors.OptionWithoutEffect, unread.Location, unread.Name, member, "without Rotary");

        WrittenArgument? Find(string name) => arguments.FirstOrDefault(argument => argument.Name == name);

        void Range(WrittenArgument argument, string range) =>
            context.Report(MemberDescriptors.ArgumentRange, argument.Location, argument.Name, member, Wording.Of(argument.Constant), range);
    }
}
