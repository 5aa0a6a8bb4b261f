using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;

namespace TlsTrust.PowerShell;

/// <summary>
/// Turns what a user writes for an endpoint into an <see cref="Endpoint"/>: text, <see cref="Uri"/>, addresses, hashtables and rows with
/// HostName or Host and Port. It never throws, since it runs before parameter sets are resolved: what can't be parsed is carried
/// inside the endpoint (<see cref="Endpoint.Error"/>), and what is of another kind is left as it is for another parameter set.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class EndpointTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] HostKeys = ["Endpoint", "HostName", "Host", "ComputerName", "DnsName", "DnsHostName", "Uri", "Url"];

    /// <summary>True on a parameter of type <see cref="Endpoint"/>; false on one of type <see cref="Endpoint"/>[].</summary>
    public bool IsScalar { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is not IList list || plain is byte[])
        {
            // An array at once, for the reason that ResultTransformationAttribute gives: a row has columns named like parameters.
            object? one = One(inputData);
            return one is Endpoint endpoint && !IsScalar ? new[] { endpoint } : one;
        }

        object?[] items = [.. list.Cast<object?>().Select(One)];
        return items.Length > 0 && items.All(item => item is Endpoint) ? items.Cast<Endpoint>().ToArray() : items;
    }

    private static object? One(object? input)
    {
        object? restored = Rehydration.Restore(input);
        object? plain = restored is PSObject wrapped ? wrapped.BaseObject : restored;
        return plain switch
        {
            Endpoint endpoint => endpoint,
            string text => Endpoint.Parse(text),
            Uri uri => Endpoint.Parse(uri.OriginalString),
            IPAddress address => Endpoint.Parse(address.ToString()),
            DnsEndPoint name => Endpoint.Parse($"{name.Host}:{name.Port}"),
            IPEndPoint address => Endpoint.Parse(address.ToString()),
            IDictionary table => Row(key => table.Keys.Cast<object>().FirstOrDefault(name => key.Equals(name.ToString(), StringComparison.OrdinalIgnoreCase)) is { } found ? table[found] : null) ?? input,
            null or IResult or ValueType or FileSystemInfo or System.Security.Cryptography.X509Certificates.X509Certificate => input,
            _ => Row(key => Cell(PSObject.AsPSObject(restored), key)) ?? input,
        };
    }

    /// <summary>An endpoint from named values; null where none of them is for a host.</summary>
    private static Endpoint? Row(Func<string, object?> cell)
    {
        object?[] hosts = [.. HostKeys.Select(cell).OfType<object>()];

        // Cells that are all empty are the parser's to complain about: PowerShell would make an endpoint without host of such a row.
        object? host = hosts.FirstOrDefault(value => !string.IsNullOrWhiteSpace(Text(value))) ?? hosts.FirstOrDefault();
        if (host is PSObject { BaseObject: Endpoint inner })
        {
            host = inner;
        }

        if (host is null || host is Endpoint)
        {
            return host as Endpoint;
        }

        string name = Text(host);
        string port = Text(cell("Port"));
        if (port.Length == 0)
        {
            return Endpoint.Parse(name); // an empty cell means the default
        }

        // A port that is no number is the parser's to complain about.
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? Endpoint.Parse(name, number) with { IsDefaultPort = false }
            : Endpoint.Parse($"{name}:{port}");
    }

    private static object? Cell(PSObject row, string name)
    {
        try
        {
            return row.Properties[name]?.Value;
        }
        catch (GetValueException)
        {
            return null; // a foreign object whose getter throws names no host
        }
    }

    private static string Text(object? value) => Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture)?.Trim() ?? "";
}
