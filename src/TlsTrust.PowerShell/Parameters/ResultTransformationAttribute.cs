using System.Collections;
using System.Management.Automation;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// Stands on <c>-InputObject</c> parameters of type <see cref="IResult"/>[]: results that come back from <c>Import-Clixml</c>, a job or
/// a remote session become what they were. Whatever else arrives is left as it is, so that other parameter sets can have it.
/// The default parameter set is tried first, by value and then by property name: a parameter there that takes its value by the name of
/// one of a result's properties (Endpoint, HostName, Port) would catch every result.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ResultTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is not IList list || plain is byte[])
        {
            // An array at once: one result alone would need coercion, and before the binder coerces, it looks for a property that is
            // named like a parameter; a report has an Endpoint, and would be connected to once more.
            return Rehydration.Restore(inputData) is IResult one ? new[] { one } : inputData;
        }

        object?[] restored = [.. list.Cast<object?>().Select(Rehydration.Restore)];
        return restored.Length > 0 && restored.All(item => item is IResult) ? restored.Cast<IResult>().ToArray() : restored;
    }
}
