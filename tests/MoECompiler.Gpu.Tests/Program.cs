using System.Reflection;
using MoECompiler.Gpu.Tests;
using Xunit.Abstractions;
using Xunit.Sdk;

// The tests as a program, for machines without an SDK: MoECompiler.Gpu.Tests [PART-OF-A-NAME]. MOE_DEVICE says where they run.
Assembly assembly = typeof(TestRun).Assembly;
using TestRun run = new(Console.Out);
using XunitTestFramework framework = new(run);
using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
IReadOnlyList<ITestCase> all = run.Discover(discoverer);
using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
run.Execute(executor, all.Where(test => args.All(part => test.DisplayName.Contains(part, StringComparison.Ordinal))));
Console.WriteLine($"{run.Passed} passed, {run.Failed} failed, {run.Skipped} skipped");
return run is { Failed: 0, Passed: > 0 } ? 0 : 1;
