using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>Lepikhin et al., GShard, 2020.</summary>
[Model]
public sealed partial class GShardLanguage
{
    [Embedding(LanguageNet.Bytes, LanguageNet.Width)]
    public partial Embedding Letters { get; }

    [Layers(LanguageNet.Depth)]
    public partial Layers<GShardLayer> Blocks { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Linear(LanguageNet.Width, LanguageNet.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (GShardLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>Two experts a row, the second drawn by its score, and a capacity of twice the rows over the experts.</summary>
[Module]
public sealed partial class GShardLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 2, LanguageNet.Inner, Activation = Activation.Gelu, Selection = RouterSelection.SampledSecond, CapacityFactor = 1,
        EvaluationCapacityFactor = 2, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}

/// <summary>Lewis et al., BASE Layers, 2021.</summary>
[Model]
public sealed partial class BaseLanguage
{
    [Embedding(LanguageNet.Bytes, LanguageNet.Width)]
    public partial Embedding Letters { get; }

    [Layers(LanguageNet.Depth)]
    public partial Layers<BaseLayer> Blocks { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Linear(LanguageNet.Width, LanguageNet.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (BaseLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>One expert a row, such that all have as many.</summary>
[Module]
public sealed partial class BaseLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 1, LanguageNet.Inner, Activation = Activation.Gelu, Selection = RouterSelection.Balanced, Score = RouterScore.Sigmoid,
        NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}

/// <summary>Roller et al., Hash Layers, 2021.</summary>
[Model]
public sealed partial class HashLanguage
{
    [Embedding(LanguageNet.Bytes, LanguageNet.Width)]
    public partial Embedding Letters { get; }

    [Layers(LanguageNet.Depth)]
    public partial Layers<HashLayer> Blocks { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Linear(LanguageNet.Width, LanguageNet.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (HashLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>One expert a row, drawn once for each byte.</summary>
[Module]
public sealed partial class HashLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 1, LanguageNet.Inner, Activation = Activation.Gelu, Router = RouterKind.Hash)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}

/// <summary>Switch whose experts weigh 1, whatever their score: no paper's, but it tells what the weights do.</summary>
[Model]
public sealed partial class PlainLanguage
{
    [Embedding(LanguageNet.Bytes, LanguageNet.Width)]
    public partial Embedding Letters { get; }

    [Layers(LanguageNet.Depth)]
    public partial Layers<PlainLayer> Blocks { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Linear(LanguageNet.Width, LanguageNet.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (PlainLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>One expert a row; only the balance loss moves the router.</summary>
[Module]
public sealed partial class PlainLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 1, LanguageNet.Inner, Activation = Activation.Gelu, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}

/// <summary>Hash whose table moves: no paper's, but it tells what it does that rows keep their expert.</summary>
[Model]
public sealed partial class MovingLanguage
{
    [Embedding(LanguageNet.Bytes, LanguageNet.Width)]
    public partial Embedding Letters { get; }

    [Layers(LanguageNet.Depth)]
    public partial Layers<MovingLayer> Blocks { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Linear(LanguageNet.Width, LanguageNet.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (MovingLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>One expert a row, chosen by its byte; only the balance loss moves the choice.</summary>
[Module]
public sealed partial class MovingLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 1, LanguageNet.Inner, Activation = Activation.Gelu, Router = RouterKind.Table,
        Ids = LanguageNet.Bytes, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}
