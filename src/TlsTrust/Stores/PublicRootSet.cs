using System.Globalization;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths;

namespace TlsTrust.Stores;

/// <summary>
/// Roots that are publicly known: they tell a public CA from a private one, and are handed out where a store lacks one. Never trusted by
/// being in here. The built-in set is Debian's ca-certificates (Mozilla's list, MPL-2.0, see Data/public-roots.NOTICE.txt).
/// </summary>
public sealed class PublicRootSet
{
    private const string ResourceName = "TlsTrust.public-roots.pem";
    private static readonly Lazy<PublicRootSet> ReadOnce = new(ReadBuiltIn);
    private readonly Lazy<CertificateIndex> _index;
    private readonly Dictionary<PublicKeyInfo, Certificate> _byKey = [];

    /// <summary>A set of roots; tests and the lab bring their own.</summary>
    /// <param name="source">Where they are from.</param>
    /// <param name="date">Of which day the list is.</param>
    /// <param name="roots">The roots.</param>
    public PublicRootSet(string source, DateOnly date, IEnumerable<Certificate> roots)
    {
        Source = source;
        Date = date;
        Roots = [.. roots.Distinct()];
        _index = new(() => new CertificateIndex(Roots));
        foreach (Certificate root in Roots)
        {
            _byKey.TryAdd(root.PublicKey, root);
        }
    }

    /// <summary>The roots that are built in.</summary>
    public static PublicRootSet BuiltIn => ReadOnce.Value;

    /// <summary>Where the list is from.</summary>
    public string Source { get; }

    /// <summary>Of which day the list is.</summary>
    public DateOnly Date { get; }

    /// <summary>The roots.</summary>
    public IReadOnlyList<Certificate> Roots { get; }

    /// <summary>The roots by subject and key identifier.</summary>
    public CertificateIndex Index => _index.Value;

    /// <summary>True when this very certificate is in the list.</summary>
    public bool Contains(Certificate certificate) => Index.Contains(certificate);

    /// <summary>
    /// The listed root with this certificate's subject and key: the certificate itself, another edition of it, or the root that a
    /// cross-sign stands for. Null where there is none.
    /// </summary>
    public Certificate? ByKey(Certificate certificate) =>
        _byKey.TryGetValue(certificate.PublicKey, out Certificate? root) && root.Subject.Equals(certificate.Subject) ? root : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Source}, {Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";

    private static PublicRootSet ReadBuiltIn()
    {
        using Stream resource = typeof(PublicRootSet).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is missing from the assembly.");
        using StreamReader reader = new(resource, Encoding.ASCII);
        string source = "", date = "";
        List<Certificate> roots = [];
        StringBuilder base64 = new();
        bool inside = false;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# Source: ", StringComparison.Ordinal))
            {
                source = line[10..];
            }
            else if (line.StartsWith("# Date: ", StringComparison.Ordinal))
            {
                date = line[8..];
            }
            else if (line == "-----BEGIN CERTIFICATE-----")
            {
                inside = true;
                base64.Clear();
            }
            else if (line == "-----END CERTIFICATE-----")
            {
                inside = false;
                roots.Add(Certificate.Parse(Convert.FromBase64String(base64.ToString())));
            }
            else if (inside)
            {
                base64.Append(line);
            }
        }

        return new(source, DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture), roots);
    }
}
