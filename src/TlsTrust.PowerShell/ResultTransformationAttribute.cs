using System.Collections;
using System.Management.Automation;

namespace TlsTrust.PowerShell;

/// <summary>
/// Stands on <c>-InputObject</c> parameters of type <see cref="IResult"/>[]: results that come back from <c>Import-Clixml</c>, a job or
/// a remote session become what they were. Whatever else arrives is left as it is, so that other parameter sets can have it.
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
            return Rehydration.Restore(inputData);
        }

        object?[] restored = [.. list.Cast<object?>().Select(Rehydration.Restore)];
        return restored.Length > 0 && restored.All(item => item is IResult) ? restored.Cast<IResult>().ToArray() : restored;
    }
}
