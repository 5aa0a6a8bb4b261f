using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Tests.Certificates;

public class MutationTests(ITestOutputHelper output)
{
    /// <summary>How many mutations a run makes; <c>TLSTRUST_MUTATIONS=100000</c> for the long one.</summary>
    private static readonly int Count =
        int.TryParse(System.Environment.GetEnvironmentVariable("TLSTRUST_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture,
            out int count) ? count : 10_000;

    /// <summary>No mutation may take longer; a slow one is tried again, since the machine has other things to do.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(TestKeys.ArePlatforms ? 10 : 100); // BouncyCastle takes longer

    [Fact]
    public void A_mutated_certificate_is_a_certificate_or_a_located_fault_and_never_anything_else()
    {
        Random random = new(20260301);
        byte[][] seeds = [.. Seeds().Select(static c => c.RawData.ToArray())];
        CertificateIndex anchors = new([ForgedCertificates.Root("Mutation CA")]);
        int parsed = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] mutant = Mutate(random, seeds[random.Next(seeds.Length)]);
            TimeSpan taken = Time(() => parsed += Use(mutant, anchors) ? 1 : 0);
            for (int again = 0; again < 10 && taken > Limit; again++)
            {
                taken = Time(() => Use(mutant, anchors));
            }

            Assert.True(taken <= Limit, $"{taken.TotalMilliseconds} ms for {Convert.ToHexString(mutant)}");
        }

        output.WriteLine($"{Count} mutants, {parsed} of them still certificates");
        Assert.InRange(parsed, 1, Count - 1);
    }

    private static bool Use(byte[] mutant, CertificateIndex anchors)
    {
        if (!Certificate.TryParse(mutant, out Certificate? certificate, out DerFault? fault))
        {
            Assert.InRange(fault.Offset, 0, mutant.Length);
            Assert.NotEmpty(fault.Field);
            return false;
        }

        Assert.All(certificate.Faults, f => Assert.InRange(f.Offset, 0, mutant.Length));
        _ = ChainCertificates.Describe(certificate, 0, ChainRole.Leaf, CertificateOrigin.File("test"), Forgery.Now);
        PathSearchResult result =
            PathSearch.Search(
                new PathQuery { Leaf = certificate, Presented = [certificate], Anchors = anchors, At = Forgery.Now, HostName = "a.example",
                    Policy = PathPolicy.Strict });
        _ = result.OpenSsl.ToString() + string.Join('\n', result.Partial);
        return true;
    }

    private static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        byte[] mutant = (byte[])seed.Clone();
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(mutant.Length);
            switch (random.Next(6))
            {
                case 0:
                    mutant[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutant[at] = (byte)random.Next(256);
                    break;
                case 2:
                    return mutant[..at];
                case 3:
                    // A length that lies: many bytes after a tag are lengths.
                    mutant[at] = random.Next(3) switch { 0 => 0x80, 1 => 0x84, _ => (byte)(mutant[at] + 1) };
                    break;
                case 4:
                    mutant = [.. mutant[..at], (byte)random.Next(256), .. mutant[at..]];
                    break;
                default:
                    int length = random.Next(Math.Min(16, mutant.Length - at));
                    mutant.AsSpan(random.Next(mutant.Length - length), length).CopyTo(mutant.AsSpan(at));
                    break;
            }
        }

        return mutant;
    }

    private static IEnumerable<Certificate> Seeds()
    {
        yield return ForgedCertificates.Root("Mutation CA");
        yield return ForgedCertificates.Issue(new Forgery
        {
            Subject = "a.example",
            Issuer = "Mutation CA",
            DnsNames = ["a.example", "*.b.example"],
            Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback],
            KeyPurposes = [ForgedCertificates.ServerAuthentication, ForgedCertificates.ClientAuthentication],
            Extensions =
            [
                new X509AuthorityInformationAccessExtension(["http://ocsp.example/"], ["http://ca.example/"]),
                CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example/"]),
            ],
        });
        yield return ForgedCertificates.Issue(new Forgery
        {
            Subject = "Mutation CA 2",
            Issuer = "Mutation CA",
            IsCA = true,
            PathLength = 1,
            Extensions =
            [
                // permitted DNS:example, excluded IP:10.0.0.0/8
                new X509Extension("2.5.29.30",
                    Convert.FromHexString("301B" + "A00B3009" + "82076578616D706C65" + "A10C300A" + "87080A000000FF000000"),
                        critical: true),
                // policies, mappings, constraints, inhibitAnyPolicy
                new X509Extension("2.5.29.32", Convert.FromHexString("30063004" + "06022A03"), critical: false),
                new X509Extension("2.5.29.33", Convert.FromHexString("300A3008" + "06022A03" + "06022A04"), critical: true),
                new X509Extension("2.5.29.36", Convert.FromHexString("3006800101810101"), critical: true),
                new X509Extension("2.5.29.54", Convert.FromHexString("020101"), critical: true),
            ],
        });
    }
}
