namespace TlsTrust.Tests.Hostile;

/// <summary>Tests that measure the whole process: memory, descriptors, threads, processor time. Nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
#pragma warning disable CA1711 // what it is
public sealed class MeasuredAlone
#pragma warning restore CA1711
{
    public const string Name = "measured alone";
}
