using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record PairBias : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        ReferencePairs pairs = new(operands);
        pairs.ForEachKnown((pair, distance, at) =>
        {
            double[] inner = [.. pairs.Inner(pairs.Bells(distance)).Select(static x => ScalarFunction.Gelu.Evaluate([x]))];
            for (int head = 0; head < pairs.Heads; head++)
            {
                y.Data[at(head)] = operands[7].Data[head];
                for (int i = 0; i < inner.Length; i++)
                    y.Data[at(head)] += pairs.Second[head, i] * inner[i];
            }
        });
        return [y];
    }
}

public sealed partial record PairBiasGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor[] slopes = [.. shapes.Select(static shape => ReferenceTensor.New(shape))];
        (ReferenceTensor dDistances, ReferenceTensor dMeans, ReferenceTensor dDeviations) = (slopes[0], slopes[1], slopes[2]);
        (ReferenceTensor dFirst, ReferenceTensor dFirstBias, ReferenceTensor dSecond, ReferenceTensor dSecondBias) = (slopes[3], slopes[4], slopes[5], slopes[6]);
        ReferencePairs pairs = new(operands);
        pairs.ForEachKnown((pair, distance, at) =>
        {
            double[] bells = pairs.Bells(distance), inner = pairs.Inner(bells), ofBells = new double[bells.Length];
            for (int i = 0; i < inner.Length; i++)
            {
                double slope = 0;
                for (int head = 0; head < pairs.Heads; head++)
                {
                    double dy = operands[7].Data[at(head)];
                    slope += pairs.Second[head, i] * dy;
                    dSecond[head, i] += dy * ScalarFunction.Gelu.Evaluate([inner[i]]);
                }
                slope *= ScalarFunction.GeluDerivative.Evaluate([inner[i]]);
                dFirstBias.Data[i] += slope;
                for (int k = 0; k < bells.Length; k++)
                {
                    dFirst[i, k] += slope * bells[k];
                    ofBells[k] += slope * pairs.First[i, k];
                }
            }
            for (int head = 0; head < pairs.Heads; head++)
                dSecondBias.Data[head] += operands[7].Data[at(head)];
            for (int k = 0; k < bells.Length; k++)
            {
                (double ofMean, double ofDeviation) = ReferenceBell.Slopes(distance, operands[2].Data[k], operands[3].Data[k]);
                dMeans.Data[k] += ofBells[k] * ofMean;
                dDeviations.Data[k] += ofBells[k] * ofDeviation;
                dDistances.Data[pair] -= ofBells[k] * ofMean;
            }
        });
        return slopes;
    }
}

/// <summary>The pairs of <see cref="PairBias"/>'s operands, and what its layers make of one.</summary>
internal sealed class ReferencePairs(ReferenceTensor[] operands)
{
    public ReferenceTensor First => operands[4];

    public ReferenceTensor Second => operands[6];

    public int Heads => Second.Shape[0];

    /// <summary>Calls <paramref name="run"/> with the number of each pair of known points, its distance, and where a head's result is.</summary>
    public void ForEachKnown(Action<int, double, Func<int, int>> run)
    {
        int places = operands[1].Shape[1];
        for (int pair = 0; pair < operands[0].Count; pair++)
        {
            (int row, int other) = Math.DivRem(pair, places);
            int sample = row / places;
            int inSample = pair - sample * places * places;
            if (operands[1].Data[row] > 0 && operands[1].Data[sample * places + other] > 0)
                run(pair, operands[0].Data[pair], head => (sample * Heads + head) * places * places + inSample);
        }
    }

    public double[] Bells(double distance) =>
        [.. Enumerable.Range(0, operands[2].Shape[0]).Select(k => ReferenceBell.Of(distance, operands[2].Data[k], operands[3].Data[k]))];

    /// <summary>What the first layer makes of bells, before its activation.</summary>
    public double[] Inner(double[] bells) =>
        [.. Enumerable.Range(0, First.Shape[0]).Select(i => operands[5].Data[i] + bells.Select((bell, k) => bell * First[i, k]).Sum())];
}

/// <summary>The definition of <see cref="Bell"/>.</summary>
internal static class ReferenceBell
{
    public static double Of(double distance, double mean, double spread)
    {
        double deviation = Math.Abs(spread) + Bell.Least, z = (distance - mean) / deviation;
        return Math.Exp(-0.5 * z * z) / (Math.Sqrt(2 * Math.PI) * deviation);
    }

    /// <summary>The derivatives by mean and spread; that by the distance is the mean's, negated.</summary>
    public static (double OfMean, double OfSpread) Slopes(double distance, double mean, double spread)
    {
        double deviation = Math.Abs(spread) + Bell.Least, z = (distance - mean) / deviation, bell = Of(distance, mean, spread);
        return (bell * z / deviation, Math.Sign(spread) * bell * (z * z - 1) / deviation);
    }
}
