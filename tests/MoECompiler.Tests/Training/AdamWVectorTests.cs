using System.IO.Compression;
using System.Runtime.InteropServices;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>
/// AdamW against the weights that a course's test expects of it (stanford-cs336/assignment1-basics, tests/test_optimizer.py, MIT): a
/// Linear(3, 2) without bias after 1,000 steps on random rows, from PyTorch's generator with seed 42.
/// </summary>
public class AdamWVectorTests
{
    private const string File = "vectors/cs336/test_adamw.npz";

    [SharedDataFact(File)]
    public void AdamW_ThousandSteps_AgreesWithTheVector()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("Weight", 6, false));
        using OptimizerState state = new(new AdamW { LearningRate = 1e-3, WeightDecay = 0.01 }, model);
        Span<float> weight = model["Weight"].Value.Span;
        Span<float> gradient = model["Weight"].Gradient.Span;
        MersenneTwister random = new(42);

        float bound = (float)(1 / Math.Sqrt(3));
        foreach (ref float element in weight)
            element = random.NextFloat() * (bound - -bound) + -bound;
        for (int step = 0; step < 1_000; step++)
        {
            float[] x = [random.NextFloat(), random.NextFloat(), random.NextFloat()];
            float[] wanted = [x[0] + x[1], -x[2]];
            for (int row = 0; row < 2; row++)
            {
                float given = weight[3 * row] * x[0] + weight[3 * row + 1] * x[1] + weight[3 * row + 2] * x[2];
                for (int column = 0; column < 3; column++)
                    gradient[3 * row + column] = 2 * (given - wanted[row]) * x[column];
            }
            state.Update(1e-3);
        }

        // The course's AdamW decays after the move, this one before it, as the paper does: 2.8e-6 after 1,000 steps in exact arithmetic.
        float[] expected = ReadVector();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], weight[i], 5e-6f);
    }

    private static float[] ReadVector()
    {
        using ZipArchive archive = ZipFile.OpenRead(SharedData.Find(File)!);
        using MemoryStream bytes = new();
        using (Stream entry = archive.GetEntry("array.npy")!.Open())
            entry.CopyTo(bytes);
        // A version 1 header is 10 bytes and as many more as bytes 8 and 9 say.
        byte[] all = bytes.ToArray();
        return MemoryMarshal.Cast<byte, float>(all.AsSpan(10 + BitConverter.ToUInt16(all, 8))).ToArray();
    }

    /// <summary>PyTorch's generator on the CPU. Source: Matsumoto and Nishimura, Mersenne Twister, 1998.</summary>
    private sealed class MersenneTwister
    {
        private readonly uint[] _state = new uint[624];
        private int _next = 624;

        public MersenneTwister(uint seed)
        {
            _state[0] = seed;
            for (uint i = 1; i < 624; i++)
                _state[i] = 1_812_433_253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
        }

        /// <summary>24 random bits as a number from 0 to below 1.</summary>
        public float NextFloat() => (Next() & 0xFFFFFF) * (1f / (1 << 24));

        private uint Next()
        {
            if (_next == 624)
                Twist();
            uint word = _state[_next++];
            word ^= word >> 11;
            word ^= (word << 7) & 0x9D2C5680;
            word ^= (word << 15) & 0xEFC60000;
            return word ^ (word >> 18);
        }

        private void Twist()
        {
            for (int i = 0; i < 624; i++)
            {
                uint both = (_state[i] & 0x80000000) | (_state[(i + 1) % 624] & 0x7FFFFFFF);
                _state[i] = _state[(i + 397) % 624] ^ (both >> 1) ^ ((both & 1) * 0x9908B0DF);
            }
            _next = 0;
        }
    }
}
