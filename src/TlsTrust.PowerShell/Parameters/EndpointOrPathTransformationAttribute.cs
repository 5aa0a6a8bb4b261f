using System.Collections;
using System.Management.Automation;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// For cmdlets that take endpoints and files in the same place: a text that names a file, or looks like one, is carried as an endpoint
/// without host (<see cref="IsPath"/>), so that its letters stay as they are; everything else becomes an endpoint as usual. Never throws.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class EndpointOrPathTransformationAttribute : ArgumentTransformationAttribute
{
    private const string PathMark = "a path";

    private readonly EndpointTransformationAttribute _endpoints = new() { IsScalar = true };

    /// <summary>True for what stands for a file; its path is <see cref="Endpoint.Input"/>.</summary>
    public static bool IsPath(Endpoint endpoint) => ReferenceEquals(endpoint?.Error, PathMark);

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is not IList list || plain is byte[])
        {
            object? one = One(engineIntrinsics, inputData);
            return one is Endpoint endpoint ? new[] { endpoint } : one;
        }

        object?[] items = [.. list.Cast<object?>().Select(item => One(engineIntrinsics, item))];
        return items.Length > 0 && items.All(item => item is Endpoint) ? items.Cast<Endpoint>().ToArray() : items;
    }

    private object? One(EngineIntrinsics engine, object? input) =>
        (input is PSObject wrapped ? wrapped.BaseObject : input) is string text && FilePaths.LooksLikePath(engine.SessionState, text)
            ? new Endpoint { Error = PathMark, Input = text }
            : _endpoints.Transform(engine, input);
}
