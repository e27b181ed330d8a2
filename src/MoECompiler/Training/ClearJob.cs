namespace MoECompiler.Training;

/// <summary>Sets the elements of a parameter to 0 that are pruned, block by block.</summary>
internal readonly unsafe struct ClearJob : IJob
{
    private const int Elements = 1 << 16;

    private readonly byte* _values;
    private readonly byte* _where;
    private readonly long _count;
    private readonly int _size;

    private ClearJob(FloatView values, View<byte> where)
    {
        _size = values.Type.Bytes();
        _values = values.Address;
        _where = where.Pointer;
        _count = values.Count;
    }

    public static void Run(CpuDevice cpu, FloatView values, View<byte> where)
    {
        ClearJob job = new(values, where);
        cpu.Team.Run(ref job, checked((int)((values.Count + Elements - 1) / Elements)));
        GC.KeepAlive(values.Buffer);
        GC.KeepAlive(where.Buffer);
    }

    public void Run(int task, int thread)
    {
        long end = Math.Min(_count, (task + 1L) * Elements);
        if (_size == sizeof(float))
        {
            for (long i = (long)task * Elements; i < end; i++)
                ((float*)_values)[i] = _where[i] != 0 ? 0 : ((float*)_values)[i];
        }
        else
        {
            for (long i = (long)task * Elements; i < end; i++)
                ((ushort*)_values)[i] = _where[i] != 0 ? (ushort)0 : ((ushort*)_values)[i];
        }
    }
}
