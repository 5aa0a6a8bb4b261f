using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>
/// What of a command's parameters goes to the other machine: values. Secrets never do, and files of this machine go by their content.
/// </summary>
internal sealed class CarriedParameters
{
    // Deep enough for every result of the module; its objects are finite trees.
    private const int Depth = 12;

    // What concerns this shell: where output, errors and questions go, and the sessions themselves.
    private static readonly HashSet<string> OfThisShell = new(
        Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters)
            .Concat(["ProgressAction", "Session", "ThrottleLimit", "Quiet", "All", "ErrorIfUntrusted"]),
        StringComparer.OrdinalIgnoreCase);

    private readonly Hashtable _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<object>> _gathered = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<byte[]>> _certificates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Certificates as DER, by the name of the parameter that takes them there.</summary>
    public Hashtable Certificates => new(_certificates.ToDictionary(pair => pair.Key, pair => (object)pair.Value.ToArray()));

    /// <summary>True where every machine is told the same: no input is the result of one of them.</summary>
    public bool IsSameForAll => !_gathered.Values.SelectMany(values => values).Any(value => MachineOf(value) is not null);

    /// <summary>True where something was gathered that the command there can work on.</summary>
    public bool HasInput => _gathered.Count + _certificates.Count > 0;

    /// <summary>Takes what arrived for a parameter, as an argument or by the pipeline.</summary>
    public void Gather(string parameter, IEnumerable<object> values)
    {
        List<object> all = [.. values];
        if (all.Count == 0)
        {
            return;
        }

        if (!_gathered.TryGetValue(parameter, out List<object>? gathered))
        {
            _gathered[parameter] = gathered = [];
        }

        gathered.AddRange(all);
    }

    /// <summary>Takes certificates; of one with a private key only the certificate.</summary>
    public void GatherCertificates(string parameter, IEnumerable<byte[]> certificates)
    {
        List<byte[]> all = [.. certificates];
        if (all.Count == 0)
        {
            return;
        }

        if (!_certificates.TryGetValue(parameter, out List<byte[]>? gathered))
        {
            _certificates[parameter] = gathered = [];
        }

        gathered.AddRange(all);
    }

    /// <summary>Takes the other parameters as they were bound. What comes back is the first that can't go; null where all can.</summary>
    public string? Bind(IDictionary<string, object> bound, IReadOnlyCollection<string> gathered)
    {
        foreach ((string name, object value) in bound)
        {
            if (OfThisShell.Contains(name) || gathered.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!TryCarry(value, out object? carried))
            {
                return name;
            }

            _values[name] = carried;
        }

        return null;
    }

    /// <summary>True where there is something to work on for a machine: a result of one goes back to that one only.</summary>
    public bool IsFor(string machine) => _gathered.Values.All(values => values.Exists(value => IsFor(value, machine)));

    /// <summary>All of it as CLIXML.</summary>
    /// <param name="machine">For whom.</param>
    /// <param name="more">What is said there beside it.</param>
    public string ToXml(string machine, params (string Name, bool Value)[] more)
    {
        Hashtable all = new(_values, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, List<object> values) in _gathered)
        {
            // There it is that machine's own, as if the command had run there all along.
            all[name] = values.Where(value => IsFor(value, machine))
                .Select(value => value is MachineResult result ? result with { Machine = null } : value).ToArray();
        }

        foreach ((string name, bool value) in more)
        {
            all[name] = value;
        }

        return PSSerializer.Serialize(all, Depth);
    }

    private static string? MachineOf(object value) => (value as MachineResult)?.Machine;

    private static bool IsFor(object value, string machine) => MachineOf(value) is not { } of || of == machine;

    private static bool TryCarry(object? value, out object? carried)
    {
        carried = value is PSObject wrapped ? wrapped.BaseObject : value;
        carried = carried switch
        {
            SwitchParameter given => given.IsPresent,
            Enum word => word.ToString(),
            IPAddress address => address.ToString(),

            // Local time is another time there.
            DateTime time => time.ToUniversalTime(),
            string text => HasPassword(text) ? null : text,
            string[] or bool or int => carried,
            Endpoint[] => carried,
            _ => null,
        };
        return carried is not null;
    }

    // http://user:password@proxy:8080
    private static bool HasPassword(string text) =>
        text.Contains('@', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0;
}
