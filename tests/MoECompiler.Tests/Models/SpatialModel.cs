namespace MoECompiler.Tests.Models;

/// <summary>Points in space, which a layer moves: attention is told their distances, and two heads make a vector for each.</summary>
[Model]
public sealed partial class SpatialModel
{
    [Size] public const int Columns = 5, Width = 12, Heads = 3, Gaussians = 7;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Linear(3, 3, Bias = false)]
    public partial Linear Mover { get; }

    [StructureBias(Width, Heads, Gaussians)]
    public partial StructureBias Structure { get; }

    [Attention(Width, Heads)]
    public partial Attention Look { get; }

    [PositionHead(Width, Heads)]
    public partial PositionHead Published { get; }

    [PositionHead(Width, Heads, Equivariant = true)]
    public partial PositionHead Turning { get; }

    [Linear(Width, Columns)]
    public partial Linear Head { get; }

    [Forward]
    public (Tensor Y, Tensor Vectors) Forward(
        [Shape("B", "S", Columns)] Tensor features, [Shape("B", "S", 3)] Tensor coordinates, [Shape("B", "S")] Tensor known)
    {
        Tensor points = Mover.Forward(coordinates);
        (Tensor bias, Tensor encoding) = Structure.Forward(points, known);
        Tensor x = Stem.Forward(features) + 0.1f * encoding;
        x += Look.Forward(x, bias);
        Tensor vectors = Published.Forward(x, bias, points, known) + Turning.Forward(x, bias, points, known);
        return (Head.Forward(x), vectors);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor vectors, Tensor target, Tensor noise) => y.SquaredError(target).Mean() + vectors.SquaredError(noise).Mean();
}

/// <summary>What distances tell by itself, and both kinds of head.</summary>
[Model]
public sealed partial class SpatialLayer
{
    public const int Width = 8, Heads = 2, Gaussians = 5;

    [StructureBias(Width, Heads, Gaussians)]
    public partial StructureBias Structure { get; }

    [PositionHead(Width, Heads)]
    public partial PositionHead Published { get; }

    [PositionHead(Width, Heads, Equivariant = true)]
    public partial PositionHead Turning { get; }

    [Forward]
    public (Tensor Bias, Tensor Encoding, Tensor Published, Tensor Turning) Forward(
        [Shape("B", "S", Width)] Tensor x, [Shape("B", "S", 3)] Tensor coordinates, [Shape("B", "S")] Tensor known)
    {
        (Tensor bias, Tensor encoding) = Structure.Forward(coordinates, known);
        return (bias, encoding, Published.Forward(x, bias, coordinates, known), Turning.Forward(x, bias, coordinates, known));
    }
}

/// <summary>An encoder that is told a structure, in 16 bits but for that.</summary>
[Model(Precision = Precision.Float16)]
public sealed partial class ToldEncoder
{
    public const int Width = 8, Heads = 2;

    [StructureBias(Width, Heads, gaussians: 16)]
    public partial StructureBias Structure { get; }

    [Attention(Width, Heads)]
    public partial Attention Look { get; }

    [Forward]
    public Tensor Forward([Shape("B", "S", Width)] Tensor x, [Shape("B", "S", 3)] Tensor coordinates, [Shape("B", "S")] Tensor known)
    {
        (Tensor bias, Tensor encoding) = Structure.Forward(coordinates, known);
        x += 0.01f * encoding;
        return x + Look.Forward(x, bias);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The same encoder, told nothing.</summary>
[Model(Precision = Precision.Float16)]
public sealed partial class UntoldEncoder
{
    [Attention(ToldEncoder.Width, ToldEncoder.Heads)]
    public partial Attention Look { get; }

    [Forward]
    public Tensor Forward([Shape("B", "S", ToldEncoder.Width)] Tensor x) => x + Look.Forward(x);
}
