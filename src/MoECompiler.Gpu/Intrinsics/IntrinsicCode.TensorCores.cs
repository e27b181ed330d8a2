using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using ILGPU.IR.Values;
using CompoundRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.CompoundRegister;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.PrimitiveRegister;
using Value = ILGPU.IR.Value;

namespace MoECompiler;

/// <summary>The text of <see cref="TensorCore"/> in PTX; no other device has it.</summary>
internal static partial class IntrinsicCode
{
    private static void RegisterTensorCores(IntrinsicImplementationManager manager)
    {
        Register(nameof(TensorCore.Load), nameof(WriteLoad));
        Register(nameof(TensorCore.LoadTurned), nameof(WriteLoadTurned));
        Register(nameof(TensorCore.MultiplyF16), nameof(WriteMultiplyF16));
        Register(nameof(TensorCore.MultiplyBF16), nameof(WriteMultiplyBF16));
        Register(nameof(TensorCore.Copy), nameof(WriteCopy));
        Register(nameof(TensorCore.Commit), nameof(WriteCommit));
        Register(nameof(TensorCore.Wait), nameof(WriteWait));

        void Register(string intrinsic, string ptx) => manager.RegisterMethod(
            typeof(TensorCore).GetMethod(intrinsic)!, new PTXIntrinsic(typeof(IntrinsicCode), ptx, IntrinsicImplementationMode.GenerateCode));
    }

    private static void WriteLoad(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        WriteMatrices(generator, call, "ldmatrix.sync.aligned.m8n8.x4.shared.b16");

    private static void WriteLoadTurned(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        WriteMatrices(generator, call, "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16");

    private static void WriteMatrices(PTXCodeGenerator generator, Value call, string command)
    {
        Require(call[0], MemoryAddressSpace.Shared);
        var address = generator.LoadHardware(call[0]);
        Register[] result = Words(generator.Allocate(call));
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand(command);
        line.AppendVectorArgument(result);
        line.AppendArgumentValue(address);
    }

    private static void WriteMultiplyF16(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        WriteProduct(generator, call, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32");

    private static void WriteMultiplyBF16(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        WriteProduct(generator, call, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32");

    private static void WriteProduct(PTXCodeGenerator generator, Value call, string command)
    {
        Register[] left = Words(generator.Load(call[0])), sum = Words(generator.Load(call[3]));
        Register[] right = [generator.LoadPrimitive(call[1]), generator.LoadPrimitive(call[2])];
        Register[] result = Words(generator.Allocate(call));
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand(command);
        line.AppendVectorArgument(result);
        line.AppendVectorArgument(left);
        line.AppendVectorArgument(right);
        line.AppendVectorArgument(sum);
    }

    /// <summary>By way of the second cache only: what is staged is read once by the group.</summary>
    private static void WriteCopy(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Require(call[0], MemoryAddressSpace.Shared);
        Require(call[1], MemoryAddressSpace.Global);
        var to = generator.LoadHardware(call[0]);
        var from = generator.LoadHardware(call[1]);
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("cp.async.cg.shared.global");
        line.AppendArgumentValue(to);
        line.AppendArgumentValue(from);
        line.AppendConstant(16);
    }

    private static void WriteCommit(PTXBackend backend, PTXCodeGenerator generator, Value call) => generator.Command("cp.async.commit_group");

    private static void WriteWait(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        using PTXCodeGenerator.CommandEmitter line = generator.BeginCommand("cp.async.wait_group");
        line.AppendConstant(call[0].ResolveAs<PrimitiveValue>()!.Int32Value);
    }

    /// <summary>The registers of a struct of four.</summary>
    private static Register[] Words(ILGPU.Backends.RegisterAllocator<PTXRegisterKind>.Register register) =>
        [.. ((CompoundRegister)register).Children.Select(static child => (Register)child)];

    /// <summary>The instructions take addresses of one kind of memory.</summary>
    private static void Require(Value address, MemoryAddressSpace space)
    {
        if (address.Type is not AddressSpaceType type || type.AddressSpace != space)
            throw new NotSupportedException($"The address {address} is not known to be of {space} memory.");
    }
}
