using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using HardwareRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.HardwareRegister;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.PrimitiveRegister;
using Value = ILGPU.IR.Value;

namespace MoECompiler;

/// <summary>The conversions of f16: one instruction in PTX; in OpenCL C the arithmetic of <see cref="Intrinsics"/>, as not every device knows the type.</summary>
internal static partial class IntrinsicCode
{
    private static void WriteWidenF16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Register bits = generator.LoadPrimitive(call[0]);
        Register result = generator.AllocateHardware(call);
        HardwareRegister low = generator.AllocateRegister(BasicValueType.Int16, PTXRegisterKind.Int16);
        HardwareRegister high = generator.AllocateRegister(BasicValueType.Int16, PTXRegisterKind.Int16);
        using (PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("mov.b32"))
        {
            line.AppendVectorArgument([low, high]);
            line.AppendArgument(bits);
        }
        using (PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("cvt.f32.f16"))
        {
            line.AppendArgument(result);
            line.AppendArgument(low);
        }
        generator.FreeRegister(low);
        generator.FreeRegister(high);
    }

    private static void WriteNarrowF16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Register value = generator.LoadPrimitive(call[0]);
        Register result = generator.AllocateHardware(call);
        HardwareRegister bits = generator.AllocateRegister(BasicValueType.Int16, PTXRegisterKind.Int16);
        using (PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("cvt.rn.f16.f32"))
        {
            line.AppendArgument(bits);
            line.AppendArgument(value);
        }
        using (PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("cvt.u32.u16"))
        {
            line.AppendArgument(result);
            line.AppendArgument(bits);
        }
        generator.FreeRegister(bits);
    }

    private static void WriteWidenF16OpenCl(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        string bits = $"(uint){generator.Load(call[0])}", magnitude = $"({bits} & 0x7FFFu)";
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendCommand(
            $"as_float((({bits} & 0x8000u) << 16) | ({magnitude} < 0x400u ? as_uint((float){magnitude} * 0x1p-24f) "
            + $": ({magnitude} << 13) + ({magnitude} < 0x7C00u ? 0x38000000u : 0x70000000u)))");
    }

    private static void WriteNarrowF16OpenCl(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        string bits = $"as_uint({generator.Load(call[0])})", magnitude = $"({bits} & 0x7FFFFFFFu)";
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendCommand(
            $"(({bits} >> 16) & 0x8000u) | ({magnitude} > 0x7F800000u ? 0x7E00u : {magnitude} >= 0x477FF000u ? 0x7C00u "
            + $": {magnitude} >= 0x38800000u ? ({magnitude} - 0x38000000u + 0xFFFu + (({magnitude} >> 13) & 1u)) >> 13 "
            + $": as_uint(as_float({magnitude}) + 0.5f) - 0x3F000000u)");
    }
}
