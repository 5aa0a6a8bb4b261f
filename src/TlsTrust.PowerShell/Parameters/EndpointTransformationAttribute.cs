using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using TlsTrust.Connections.Endpoints;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// Turns what a user writes for an endpoint into an <see cref="Endpoint"/>: text, <see cref="Uri"/>, addresses, hashtables and rows with
/// HostName or Host and Port. It never throws, since it runs before parameter sets are resolved: what can't be parsed is carried
/// inside the endpoint (<see cref="Endpoint.Error"/>), and what is of another kind is left as it is for another parameter set.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class EndpointTransformationAttribute : ArgumentTransformationAttribute
{
    // Columns that people name a host by, the surer first; written with blanks, hyphens or underscores they are the same.
    private static readonly string[] HostKeys =
    [
        "Endpoint", "Url", "Uri", "HostName", "Host", "FQDN", "DnsHostName", "DnsName", "ServerName", "Server", "ComputerName", "Computer",
            "Target", "Node", "Domain",
        "IPv4Address", "IPAddress", "IP",
    ];

    // Nearly every object has a name: only in a row it is a host's.
    private const string RowKey = "Name";

    private const string PortKey = "Port";

    /// <summary>True on a parameter of type <see cref="Endpoint"/>; false on one of type <see cref="Endpoint"/>[].</summary>
    public bool IsScalar { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is not IList list || plain is byte[])
        {
            // An array at once, for the reason that ResultTransformationAttribute gives: a row has columns named like parameters.
            object?[] made = IsScalar ? [One(inputData)] : [.. Several(inputData, inList: false)];
            return IsScalar || (made.Length == 1 && made[0] is not Endpoint) ? made[0] : made.Cast<Endpoint>().ToArray();
        }

        object?[] items = [.. list.Cast<object?>().SelectMany(item => IsScalar ? [One(item)] : Several(item, inList: true))];
        return items.All(item => item is Endpoint) ? items.Cast<Endpoint>().ToArray() : items;
    }

    // A line of a list may hold several endpoints, or none.
    private static IReadOnlyList<object?> Several(object? input, bool inList)
    {
        if ((input is PSObject wrapped ? wrapped.BaseObject : input) is not string text)
        {
            return [One(input)];
        }

        // Get-Content tells the line.
        int line = (input as PSObject)?.Properties["ReadCount"]?.Value is long count and > 0 and < int.MaxValue ? (int)count : 0;
        if (text.Trim().Length == 0 && !inList && line == 0)
        {
            return [Endpoint.Parse(text)]; // somebody's empty variable
        }

        return [.. EndpointLine.Read(text).Select(endpoint => endpoint with { Line = line })];
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
            IDictionary table => Row([.. table.Keys.Cast<object>().Select(key => ($"{key}", table[key]))], isRow: true) ?? input,
            null or IResult or ValueType or FileSystemInfo or System.Security.Cryptography.X509Certificates.X509Certificate => input,
            _ when Rehydration.IsOurs(restored) => new Endpoint
            {
                Error = $"What came back of a {PSObject.AsPSObject(restored).TypeNames[0]} can't be read: damaged, or of another version.",
                Input = $"{restored}",
            },
            _ => Row([.. Cells(PSObject.AsPSObject(restored))], IsRow(PSObject.AsPSObject(restored))) ?? input,
        };
    }

    /// <summary>
    /// An endpoint from named values; null where none of them is for a host. What else stands in a row goes along as its tag.
    /// </summary>
    private static Endpoint? Row(IReadOnlyList<(string Name, object? Value)> cells, bool isRow)
    {
        (string Name, object? Value)[] hosts =
        [
            .. HostKeys.Concat(isRow ? [RowKey] : [])
                .SelectMany(key =>
                    cells.Where(cell => cell.Value is not null && Plain(cell.Name).Equals(key, StringComparison.OrdinalIgnoreCase))),
        ];

        // Cells that are all empty are the parser's to complain about: PowerShell would make an endpoint without host of such a row.
        (string Name, object? Value) host =
            hosts.FirstOrDefault(cell => !string.IsNullOrWhiteSpace(Text(cell.Value)), hosts.FirstOrDefault());
        object? value = host.Value is PSObject { BaseObject: Endpoint inner } ? inner : host.Value;
        if (value is null)
        {
            return null;
        }

        TagSet tag = isRow
            ? new(cells.Where(cell =>
                cell.Name != host.Name && !Plain(cell.Name).Equals(PortKey, StringComparison.OrdinalIgnoreCase)
                    && Text(cell.Value).Length > 0)
                .Select(cell => KeyValuePair.Create(cell.Name, Text(cell.Value))))
            : TagSet.Empty;
        if (value is Endpoint endpoint)
        {
            return endpoint with { Tag = tag };
        }

        string name = Text(value);
        string port = Text(cells.FirstOrDefault(cell => Plain(cell.Name).Equals(PortKey, StringComparison.OrdinalIgnoreCase)).Value);
        if (port.Length == 0)
        {
            return Endpoint.Parse(name) with { Tag = tag }; // an empty cell means the default
        }

        // A port that is no number is the parser's to complain about.
        Endpoint parsed = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? Endpoint.Parse(name, number) with { IsDefaultPort = false }
            : Endpoint.Parse($"{name}:{port}");
        return parsed with { Tag = tag };
    }

    // "Host Name" and "dns_host-name" are what people write in a spreadsheet.
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit));

    // What Import-Csv, Select-Object and a directory make, live or from another session; other objects have properties of many a meaning.
    private static bool IsRow(PSObject row) =>
        row.BaseObject is PSCustomObject
            || row.TypeNames.Any(name =>
                name.StartsWith("Deserialized.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.ActiveDirectory.", StringComparison.Ordinal));

    private static IEnumerable<(string Name, object? Value)> Cells(PSObject row) =>
        row.Properties.Take(TagSet.MaxCount).Select(property => (property.Name, Cell(row, property.Name)));

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

    private static string Text(object? value) =>
        Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture)?.Trim() ?? "";
}
