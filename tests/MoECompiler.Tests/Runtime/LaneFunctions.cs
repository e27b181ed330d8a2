using System.Reflection;

namespace MoECompiler.Tests;

/// <summary>Runs a method of <see cref="Lane"/> by its name on arrays, at any width.</summary>
internal static unsafe class LaneFunctions
{
    /// <summary>The function's results with lanes of <paramref name="width"/>; the arrays' length is a multiple of 16.</summary>
    public static float[] Run(string name, int width, params float[][] arguments) => width switch
    {
        16 => Run<Lanes16>(name, arguments),
        8 => Run<Lanes8>(name, arguments),
        4 => Run<Lanes4>(name, arguments),
        _ => Run<Lanes1>(name, arguments),
    };

    private static float[] Run<V>(string name, float[][] x) where V : unmanaged, ILanes<V>
    {
        MethodInfo method = typeof(Lane).GetMethod(name)?.MakeGenericMethod(typeof(V)) ?? throw new MissingMethodException(nameof(Lane), name);
        float[] results = new float[x[0].Length];
        fixed (float* p = results)
        {
            switch (x.Length)
            {
                case 1:
                    Func<V, V> one = method.CreateDelegate<Func<V, V>>();
                    for (int i = 0; i < results.Length; i += V.Count)
                        one(Load<V>(x[0], i)).Store(p + i);
                    break;
                case 2:
                    Func<V, V, V> two = method.CreateDelegate<Func<V, V, V>>();
                    for (int i = 0; i < results.Length; i += V.Count)
                        two(Load<V>(x[0], i), Load<V>(x[1], i)).Store(p + i);
                    break;
                default:
                    Func<V, V, V, V> three = method.CreateDelegate<Func<V, V, V, V>>();
                    for (int i = 0; i < results.Length; i += V.Count)
                        three(Load<V>(x[0], i), Load<V>(x[1], i), Load<V>(x[2], i)).Store(p + i);
                    break;
            }
        }
        return results;
    }

    private static V Load<V>(float[] values, int index) where V : unmanaged, ILanes<V>
    {
        fixed (float* p = &values[index])
            return V.Load(p);
    }
}
