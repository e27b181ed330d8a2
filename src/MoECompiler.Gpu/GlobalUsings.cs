global using ILGPU;
global using ILGPU.Runtime;
global using MoECompiler.Graphs;
global using Device = MoECompiler.Device;
global using Half = System.Half;
