namespace MoECompiler;

/// <summary>Looks on at the launches of a device: to list them, or to time them.</summary>
internal interface ILaunchObserver
{
    /// <summary>Before a launch; false to leave it out.</summary>
    bool Begin(Delegate kernel, Work work);

    /// <summary>After a launch, which may still be running.</summary>
    void End();
}
