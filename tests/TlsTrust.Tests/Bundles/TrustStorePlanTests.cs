using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.Stores;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;
using static TlsTrust.Tests.Bundles.PlanCertificates;

namespace TlsTrust.Tests.Bundles;

/// <summary>Plans for a trust store: what goes, what stays, what a signature denies.</summary>
public class TrustStorePlanTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private static readonly DateTime Now = DateTime.UtcNow;

    [Fact]
    public void A_root_with_a_changed_letter_that_no_form_betrays_is_noticed()
    {
        byte[] der = [.. Made.Roots[0].RawData];
        der[^9] ^= 4; // within the signature
        BundlePlan plan =
            Plan(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n" + Made.RootPems[1]), o =>
                o with { Kind = PemBundleKind.Trust });
        PemChange note = Assert.Single(plan.Report.Notes);
        Assert.Equal(("SignatureInvalid", 1), (note.What, note.Line));
        Assert.False(plan.Report.Changed);
    }

    [Fact]
    public void A_CA_that_signed_its_new_key_with_the_old_one_is_not_taken_for_changed()
    {
        using RSA oldKey = TestKeys.Rsa(2048);
        using RSA newKey = TestKeys.Rsa(2048);
        using X509Certificate2 root = SelfSigned(oldKey, Now.AddDays(-10), Now.AddDays(10));
        CertificateRequest request = new(root.SubjectName, newKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 link =
            request.Create(root.SubjectName, X509SignatureGenerator.CreateForRSA(oldKey, RSASignaturePadding.Pkcs1), Now.AddDays(-1),
                Now.AddDays(9), RandomNumberGenerator.GetBytes(8));
        Assert.DoesNotContain(Plan(Pem(root) + Pem(link), o => o with { Kind = PemBundleKind.Trust }).Report.Notes, n =>
            n.What == "SignatureInvalid");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_with_one_server_certificate_in_it_stays_a_store(bool ownIssuer)
    {
        // Administrators put an appliance's certificate among the roots; to call that a server file is to throw the roots away.
        using RSA key = TestKeys.Rsa(2048);
        CertificateRequest request = new("CN=appliance", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using X509Certificate2 appliance = request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        string store = ownIssuer ? Pem(Made.Roots[0]) + Pem(appliance) : Made.Bundle + Pem(Made.Leaf);
        BundlePlan plan = Plan(Encoding.UTF8.GetBytes("\uFEFF" + store), o => o);
        Assert.Equal(PemBundleKind.Trust, plan.Report.Kind);
        Assert.Equal(plan.Report.Before.Count, plan.Report.After.Count);
    }

    [Fact]
    public void A_store_without_its_expired_roots_does_not_become_a_servers_file()
    {
        string store = Pem(Made.Roots[1]) + Pem(Made.Expired) + Pem(Made.RsaLeaf);
        BundlePlan plan = Plan("\uFEFF" + store, o => o with { RemoveExpired = true });
        Assert.Equal(3, plan.Report.After.Count);
        Assert.Contains(plan.Report.Notes, n => n.What == "ExpiredKept");
        Assert.False(Plan(plan.Content.ToArray(), o => o with { RemoveExpired = true }).Report.Changed);
        Assert.Equal(2, Plan(store, o => o with { RemoveExpired = true, Kind = PemBundleKind.Trust }).Report.After.Count);
    }

    [Fact]
    public void A_trust_bundle_loses_duplicates_and_older_renewals_and_reports_poor_anchors()
    {
        using RSA key = TestKeys.Rsa(2048);
        X509Certificate2 older = SelfSigned(key, Now.AddYears(-2), Now.AddYears(1));
        X509Certificate2 newer = SelfSigned(key, Now.AddYears(-1), Now.AddYears(5));
        string file = Pem(older) + Pem(Made.Roots[0]) + Pem(newer) + Pem(Made.Roots[0]) + Pem(Made.Expired) + Pem(Made.Intermediate);
        BundlePlan plan = Plan(file, o => o);
        Assert.Equal(PemBundleKind.Trust, plan.Report.Kind);
        Assert.Equal([Sha(Made.Roots[0]), Sha(newer), Sha(Made.Expired), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal(["Duplicate", "Duplicate"], plan.Report.Changes.Select(c => c.What));
        Assert.Equal(["Expired", "IntermediateAsAnchor"], plan.Report.Notes.Select(c => c.What).Order());
        BundlePlan pruned = Plan(file, o => o with { RemoveExpired = true });
        Assert.DoesNotContain(pruned.Report.After, c => c.Sha256 == Sha(Made.Expired));
        BundlePlan empty = Plan("\uFEFF" + Pem(Made.Expired), o => o with { RemoveExpired = true });
        Assert.Equal([Sha(Made.Expired)], empty.Report.After.Select(c => c.Sha256));
        Assert.Contains(empty.Report.Notes, n => n.What == "AllExpired");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_renewal_that_is_not_valid_yet_takes_nothing_away(bool renewalFirst)
    {
        using ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new("CN=Renewed Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 today = request.SelfSigned(key, DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
        using X509Certificate2 tomorrow = request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(30), DateTimeOffset.UtcNow.AddYears(9));
        BundlePlan plan = Plan("\uFEFF" + (renewalFirst ? Pem(tomorrow) + Pem(today) : Pem(today) + Pem(tomorrow)), o => o);
        Assert.Equal(2, plan.Report.After.Count);
        BundlePlan later = Plan("\uFEFF" + Pem(tomorrow) + Pem(today), o => o with { At = Now.AddDays(40) });
        Assert.Equal([Sha(tomorrow)], later.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void A_request_is_taken_out_of_a_trust_bundle_and_never_is_all_that_is_there()
    {
        string request = new CertificateRequest("CN=request", Made.LeafKey, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";
        BundlePlan plan = Plan(Made.Bundle + request, o => o);
        PemChange change = Assert.Single(plan.Report.Changes);
        Assert.Equal("CertificateRequest", change.What);
        Assert.Contains(change.Clients, c => c.Contains("GnuTLS", StringComparison.Ordinal));
        Assert.DoesNotContain("REQUEST", Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.False(Plan(request, o => o).Report.Changed);
        Assert.False(Plan(Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n" + request, o => o).Report.Changed);
    }

    [Fact]
    public void What_a_signature_denies_stays_as_it_was_and_is_no_certificate_the_next_time_either()
    {
        // A star, and another character changed within the signature: whole DER, and not what the issuer signed.
        string block = Pem(Made.Intermediate);
        int end = block.IndexOf("\n-----END", StringComparison.Ordinal);
        char changed = block[end - 8] == 'A' ? 'B' : 'A';
        string damaged = (block[..(end - 8)] + changed + block[(end - 7)..]).Insert(end - 100, "*");
        BundlePlan plan = Plan("\uFEFF" + damaged + Made.Bundle, o => o);
        Assert.True(plan.Report.Changed);
        Assert.Equal(3, plan.Certificates.Count);
        Assert.Contains(damaged, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Equal("Ambiguous", Assert.Single(plan.Report.Unrecovered).What);
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
    }

    [Fact]
    public void Of_a_block_with_two_certificates_of_which_one_is_denied_nothing_is_written_twice()
    {
        // More base64 behind each: only the issuer's signature tells where they end, and the issuer of the second is not there.
        string both = "-----BEGIN CERTIFICATE-----\n*" + Body(Made.Intermediate).TrimEnd('=') + "AAAA\n" + Body(Made.Leaf).TrimEnd('=')
            + "AAAA\n-----END CERTIFICATE-----\n";
        string file = "\uFEFF" + both + Made.Bundle + "-----BEGIN CERTIFICATE-----\n*" + Body(Made.RsaLeaf).TrimEnd('=') + "AAAA\n"
            + Body(EcAuthority("Nobody's", EcAuthority("Gone", null))).TrimEnd('=') + "AAAA\n-----END CERTIFICATE-----\n";
        BundlePlan plan = Plan(file, o => o with { Kind = PemBundleKind.Trust });
        Assert.True(plan.Report.Changed);
        Assert.Single(plan.Report.Unrecovered);
        Assert.False(Plan(plan.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust }).Report.Changed);
    }

    [Fact]
    public void A_root_that_was_changed_into_a_newer_one_does_not_replace_the_sound_one()
    {
        X509Certificate2 sound = Made.Roots[0];
        byte[] altered = sound.RawData;
        int year = altered.AsSpan()
            .LastIndexOf(
                Encoding.ASCII.GetBytes(sound.NotAfter.ToUniversalTime()
                    .ToString("yyMMdd", System.Globalization.CultureInfo.InvariantCulture)));
        altered[year]++;
        BundlePlan plan =
            Plan(Pem(sound) + PemEncoding.WriteString("CERTIFICATE", altered) + "\n" + Pem(Made.Roots[1]), o =>
                o with { Kind = PemBundleKind.Trust });
        Assert.Equal([Sha(sound), Sha(Made.Roots[1])], plan.Certificates.Select(c => c.Sha256));
    }
}
