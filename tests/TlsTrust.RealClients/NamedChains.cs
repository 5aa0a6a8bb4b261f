using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Clients;

namespace TlsTrust.RealClients;

/// <summary>
/// Certificates with one entry each, as people write them, and the name that is asked for; the dot behind one is cut off by the engine.
/// </summary>
internal sealed class NamedChains(DateTimeOffset now)
{
    private static readonly (string Name, string[] Entries, string Host)[] Cases =
    [
        ("name with a port", ["localhost:443"], "localhost"),
        ("name with a scheme", ["https://localhost"], "localhost"),
        ("name behind an empty one", ["", "localhost"], "localhost"),
        ("name behind a blank", [" localhost"], "localhost"),
        ("name with an underscore", ["my_app.lab.test"], "my_app.lab.test"),
        ("name with an underscore under a wildcard", ["*.lab.test"], "my_app.lab.test"),
        ("name with a trailing dot", ["app.lab.test."], "app.lab.test"),
        ("name with an empty label", ["app..lab.test"], "app.lab.test"),
        ("name with a leading dot", [".lab.test"], "app.lab.test"),
        ("wildcard with a trailing dot", ["*.lab.test."], "app.lab.test"),
        ("wildcard behind a letter", ["a*.lab.test"], "app.lab.test"),
        ("wildcard behind the whole label", ["app*.lab.test"], "app.lab.test"),
        ("wildcard before a letter", ["*p.lab.test"], "app.lab.test"),
        ("wildcard between letters", ["a*p.lab.test"], "app.lab.test"),
        ("wildcard in the second label", ["app.*.test"], "app.lab.test"),
        ("wildcard twice", ["*.*.test"], "app.lab.test"),
        ("wildcard for one label", ["*.test"], "app.test"),
        ("wildcard and no label for it", ["*.lab.test"], "lab.test"),
        ("wildcard for an international label", ["*.lab.test"], "xn--bcher-kva.lab.test"),
        ("wildcard in an international label", ["xn--*.lab.test"], "xn--bcher-kva.lab.test"),
        ("wildcard in an address", ["*.0.0.1"], "127.0.0.1"),
    ];

    private readonly LabAuthority _root = LabAuthority.CreateRoot("CN=Named Root", now);

    /// <summary>All of them by name.</summary>
    internal IEnumerable<(string Name, ClientCase Case)> All()
    {
        LabAuthority authority = _root.IssueAuthority(new CertificateSpec { Subject = "CN=Named CA" });
        foreach ((string name, string[] entries, string host) in Cases)
        {
            LabCertificate leaf = authority.Issue(new CertificateSpec { Subject = "CN=named", Extensions = [Names(entries)] });
            yield return (name, new ClientCase(leaf, [authority.Certificate], [_root.Certificate], now, host));
        }
    }

    // Letter by letter: the platform's own builder refuses most of these.
    private static X509Extension Names(string[] entries)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string entry in entries)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, entry, new Asn1Tag(TagClass.ContextSpecific, 2));
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: false);
    }
}
