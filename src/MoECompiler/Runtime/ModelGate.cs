namespace MoECompiler;

/// <summary>
/// Lets one thread at a time into a model, whose calls share one arena. A thread that is inside may enter again; entering allocates
/// nothing.
/// </summary>
public sealed class ModelGate
{
    private readonly Lock _lock = new();
    private readonly string _modelName;
    private bool _isClosed;

    internal ModelGate(string modelName) => _modelName = modelName;

    /// <summary>Waits until no other thread is inside; the caller is inside until it disposes of the result.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Lock.Scope Enter()
    {
        Lock.Scope scope = _lock.EnterScope();
        if (!_isClosed)
            return scope;
        scope.Dispose();
        throw new ObjectDisposedException(_modelName);
    }

    /// <summary>Waits until no other thread is inside, runs <paramref name="release"/>, and lets nobody in again.</summary>
    internal void Close(Action release)
    {
        using Lock.Scope scope = _lock.EnterScope();
        if (_isClosed)
            return;
        _isClosed = true;
        release();
    }
}
