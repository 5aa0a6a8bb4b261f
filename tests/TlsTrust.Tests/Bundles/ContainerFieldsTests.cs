using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;

namespace TlsTrust.Tests.Bundles;

/// <summary>In a kubeconfig or a Kubernetes secret the fields say what each certificate is; nothing of them is merged.</summary>
public sealed class ContainerFieldsTests
{
    private static readonly DateTime Now = DateTime.UtcNow;
    private static readonly LabAuthority Ca = LabAuthority.CreateRoot("CN=Cluster CA", Now);
    private static readonly LabCertificate Own = Ca.Issue(new CertificateSpec { Subject = "CN=own", DnsNames = ["own.test"] });
    private static readonly LabCertificate Other = Ca.Issue(new CertificateSpec { Subject = "CN=other", DnsNames = ["other.test"] });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static string Config(string key) => $"""
        apiVersion: v1
        clusters:
        - name: k
          cluster:
            certificate-authority-data: {Base64(Ca.Certificate.Pem)}
        users:
        - name: u
          user:
            client-certificate-data: {Base64(Own.Pem)}
            client-key-data: {Base64(key)}
        """;

    private static string Secret(string key) => $"""
        kind: Secret
        type: kubernetes.io/tls
        data:
          ca.crt: {Base64(Ca.Certificate.Pem)}
          tls.crt: {Base64(Own.Pem)}
          tls.key: {Base64(key)}
        """;

    private static string OneLine(string key) => "{\"kind\":\"Secret\",\"data\":{"
        + $"\"ca.crt\":\"{Base64(Ca.Certificate.Pem)}\",\"tls.crt\":\"{Base64(Own.Pem)}\",\"tls.key\":\"{Base64(key)}\"" + "}}";

    private static string InBraces(string key) =>
        $"kind: Secret\ndata: {{ca.crt: {Base64(Ca.Certificate.Pem)}, tls.crt: {Base64(Own.Pem)}, tls.key: {Base64(key)}}}\n";

    private static string StringData(string key) =>
        $"kind: Secret\nstringData:\n  ca.crt: |\n{Indented(Ca.Certificate.Pem)}  tls.crt: |\n{Indented(Own.Pem)}  tls.key: " +
        $"|\n{Indented(key)}";

    private static string Indented(string pem) => string.Concat(pem.TrimEnd().Split('\n').Select(line => "    " + line + "\n"));

    private static BundlePlan Plan(string text, PemBundleKind kind = PemBundleKind.Auto) => BundlePlanner.Plan(
        "file.yaml", Encoding.ASCII.GetBytes(text),
            new() { At = Now, Kind = kind, Anchors = new CertificateIndex([Certificate.Parse(Ca.Certificate.Der)]) });

    public static TheoryData<string, bool> Documents()
    {
        TheoryData<string, bool> all = [];
        foreach (LabCertificate key in new[] { Own, Other })
        {
            bool fits = ReferenceEquals(key, Own);
            all.Add(Config(key.KeyPem), fits);
            all.Add(Secret(key.KeyPem), fits);
            all.Add(StringData(key.KeyPem), fits);
            all.Add(OneLine(key.KeyPem), fits);
            all.Add(InBraces(key.KeyPem), fits);
        }

        all.Add(Secret(Ca.Certificate.KeyPem), false); // the CA's key beside the CA, which is not its own
        return all;
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_identity_is_judged_without_the_CA_and_by_its_own_key(string document, bool fits)
    {
        PemRepairReport report = Plan(document).Report;

        Assert.Equal(PemBundleKind.Server, report.Kind);
        Assert.Equal(["CN=own"], report.After.Select(certificate => certificate.Subject));
        Assert.Equal(TestKeys.Told(fits), report.KeyMatches);
        Assert.Null(report.Refusal);
        Assert.Contains(report.LeftOut, change =>
            change.What == "OtherField" && change.Why.Contains("CN=Cluster CA", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Notes, note => note.What is "RootNeeded" or "RootSent");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void For_trust_the_CAs_are_taken_and_nobodys_own(string document, bool fits)
    {
        BundlePlan plan = Plan(document, PemBundleKind.Trust);

        Assert.Equal(["CN=Cluster CA"], plan.Report.After.Select(certificate => certificate.Subject));
        Assert.False(plan.HoldsKey && plan.Report.Refusal is null, $"a key among anchors ({fits})");
    }

    [Fact]
    public void A_CA_that_stands_in_the_chain_as_well_is_held_to_the_law()
    {
        string document = $"data:\n  ca.crt: {Base64(Ca.Certificate.Pem)}\n  tls.crt: {Base64(Own.Pem + Ca.Certificate.Pem)}\n";
        BundlePlan plan = Plan(document);

        Assert.Equal(["CN=own", "CN=Cluster CA"], plan.Certificates.Select(certificate => certificate.Subject.ToString()));
        Assert.Empty(plan.Apart);
    }

    [Fact]
    public void Names_of_fields_in_a_file_of_PEM_are_headings_only() =>
        Assert.Empty(Plan($"# ca.crt: the root\n{Ca.Certificate.Pem}# tls.crt: ours\n{Own.Pem}").Apart);

    [Fact]
    public void Without_both_kinds_of_field_nothing_is_told_apart() =>
        Assert.Empty(Plan($"data:\n  ca.crt: {Base64(Ca.Certificate.Pem)}\n  readme: no\n").Report.LeftOut);
}
