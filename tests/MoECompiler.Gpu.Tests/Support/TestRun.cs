using Xunit.Abstractions;

namespace MoECompiler.Gpu.Tests;

/// <summary>Finds tests and runs them; prints those that fail or are skipped, and counts all.</summary>
internal sealed class TestRun(TextWriter output) : Xunit.LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly List<ITestCase> _found = [];
    private readonly AutoResetEvent _finished = new(false);

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public IReadOnlyList<ITestCase> Discover(ITestFrameworkDiscoverer discoverer)
    {
        discoverer.Find(includeSourceInformation: false, this, new Defaults());
        _finished.WaitOne();
        return _found;
    }

    public void Execute(ITestFrameworkExecutor executor, IEnumerable<ITestCase> tests)
    {
        executor.RunTests(tests, this, new Defaults());
        _finished.WaitOne();
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                _found.Add(found.TestCase);
                break;
            case ITestPassed:
                Passed++;
                break;
            case ITestSkipped skipped:
                Skipped++;
                output.WriteLine($"skipped: {skipped.Test.DisplayName}: {skipped.Reason}");
                break;
            // A test, or what is around tests: a fixture that cannot be made or disposed of.
            case IFailureInformation failure:
                Failed++;
                output.WriteLine($"FAILED: {(message as ITestMessage)?.Test.DisplayName}");
                for (int i = 0; i < failure.Messages.Length; i++)
                    output.WriteLine($"    {failure.ExceptionTypes[i]}: {failure.Messages[i]}{Environment.NewLine}{failure.StackTraces[i]}");
                break;
            case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                _finished.Set();
                break;
        }
        return true;
    }

    public void Dispose() => _finished.Dispose();

    /// <summary>What the assembly says, and else what xunit does by itself.</summary>
    private sealed class Defaults : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }
}
