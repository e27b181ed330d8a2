global using MoECompiler.Graphs;
global using MoECompiler.Ops;
