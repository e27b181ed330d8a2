namespace MoECompiler;

/// <summary>
/// Lets one thread at a time into a model, whose calls share one arena. A thread that is inside may enter again; entering allocates
/// nothing.
/// </summary>
public sealed class ModelGate
{
    private readonly Lock _lock;
    private readonly string _modelName;
    private readonly ModelGate? _outer;
    private bool _isClosed;

    /// <param name="modelName">For errors to name.</param>
    /// <param name="outer">The gate of the model that this one is attached to: who is inside of one of the two is inside of both.</param>
    internal ModelGate(string modelName, ModelGate? outer = null)
    {
        _modelName = modelName;
        _outer = outer;
        _lock = outer?._lock ?? new Lock();
    }

    /// <summary>The model that is disposed, of this one and those that it is attached to; null for none.</summary>
    private string? Closed => _isClosed ? _modelName : _outer?.Closed;

    /// <summary>Waits until no other thread is inside; the caller is inside until it disposes of the result.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Lock.Scope Enter()
    {
        Lock.Scope scope = _lock.EnterScope();
        if (Closed is not { } closed)
            return scope;
        scope.Dispose();
        throw new ObjectDisposedException(closed);
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
