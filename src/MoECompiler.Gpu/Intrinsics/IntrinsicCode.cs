using System.Reflection;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.PrimitiveRegister;
using Value = ILGPU.IR.Value;

namespace MoECompiler;

/// <summary>The text of <see cref="Intrinsics"/> in PTX and in OpenCL C. ILGPU finds a writer by its name.</summary>
internal static partial class IntrinsicCode
{
    /// <summary>Makes the intrinsics known to a context.</summary>
    public static void Register(Context context)
    {
        IntrinsicImplementationManager manager = context.GetIntrinsicManager();
        Register(manager, nameof(Intrinsics.FusedMultiplyAdd), nameof(WriteFusedMultiplyAddPtx), nameof(WriteFusedMultiplyAddOpenCl));
        Register(manager, nameof(Intrinsics.Round), nameof(WriteRoundPtx), nameof(WriteRoundOpenCl));
        Register(manager, nameof(Intrinsics.Barrier), nameof(WriteBarrierPtx), nameof(WriteBarrierOpenCl));
        Register(manager, nameof(Intrinsics.WidenF16), nameof(WriteWidenF16Ptx), nameof(WriteWidenF16OpenCl));
        Register(manager, nameof(Intrinsics.NarrowF16), nameof(WriteNarrowF16Ptx), nameof(WriteNarrowF16OpenCl));
        RegisterTensorCores(manager);
    }

    private static void Register(IntrinsicImplementationManager manager, string intrinsic, string ptx, string openCl)
    {
        MethodInfo method = typeof(Intrinsics).GetMethod(intrinsic)!;
        manager.RegisterMethod(method, new PTXIntrinsic(typeof(IntrinsicCode), ptx, IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(method, new CLIntrinsic(typeof(IntrinsicCode), openCl, IntrinsicImplementationMode.GenerateCode));
    }

    private static void WriteFusedMultiplyAddPtx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Register left = generator.LoadPrimitive(call[0]);
        Register right = generator.LoadPrimitive(call[1]);
        Register addend = generator.LoadPrimitive(call[2]);
        Register result = generator.AllocateHardware(call);
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("fma.rn.f32");
        line.AppendArgument(result);
        line.AppendArgument(left);
        line.AppendArgument(right);
        line.AppendArgument(addend);
    }

    private static void WriteFusedMultiplyAddOpenCl(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        for (int i = 0; i < 3; i++)
        {
            statement.AppendArgument();
            statement.Append(generator.Load(call[i]));
        }
        statement.EndArguments();
    }

    /// <summary>What is left of a number below 2^22 when 1.5 * 2^23 is added and taken off again: two additions are faster than one conversion.</summary>
    private static void WriteRoundPtx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Register value = generator.LoadPrimitive(call[0]);
        Register result = generator.AllocateHardware(call);
        foreach (float large in (ReadOnlySpan<float>)[12_582_912f, -12_582_912f])
        {
            using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("add.rn.f32");
            line.AppendArgument(result);
            line.AppendArgument(large > 0 ? value : result);
            line.AppendConstant(large);
        }
    }

    private static void WriteRoundOpenCl(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendCommand("rint");
        statement.BeginArguments();
        statement.AppendArgument();
        statement.Append(generator.Load(call[0]));
        statement.EndArguments();
    }

    private static void WriteBarrierPtx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("bar.sync");
        line.AppendConstant(0);
    }

    /// <summary>ILGPU's own barrier orders what is written to global memory only.</summary>
    private static void WriteBarrierOpenCl(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");
    }
}
