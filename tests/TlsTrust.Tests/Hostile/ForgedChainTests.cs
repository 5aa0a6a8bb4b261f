using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Diagnosis;
using TlsTrust.Tests.Hostile.Forgeries;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Nothing is accepted but what the CA signed, word for word: forgeries by rule, each field, each signature, each issuer and each name in
/// turn.
/// </summary>
public sealed class ForgedChainTests(ITestOutputHelper output)
{
    private static readonly LabKeyKind[] Kinds = [LabKeyKind.EcP256, LabKeyKind.EcP384, LabKeyKind.Rsa2048];
    private static readonly Lazy<HonestChain[]> Honest = new(() => [.. Kinds.Select(kind => new HonestChain(kind))]);

    public static TheoryData<LabKeyKind> Keys => [.. Kinds];

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_was_issued_is_accepted(LabKeyKind kind)
    {
        HonestChain chain = Of(kind);

        Assert.Equal(Verdict.Trusted, Judge(chain, chain.Sent).Verdict);
        if (kind == LabKeyKind.EcP256)
        {
            // No forgery: the same words, signed by the same key; that s has a twin is ECDSA's own.
            Assert.Equal(Verdict.Trusted, Judge(chain, [SignatureForgeries.Twin(chain.Leaf), chain.Sent[1]]).Verdict);
        }
        else if (kind == LabKeyKind.Rsa2048)
        {
            Assert.Equal(Verdict.Trusted,
                Judge(chain, [SignatureForgeries.Pss(chain.Leaf, chain.Issuing.Certificate.Key), chain.Sent[1]]).Verdict);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void No_forged_chain_is_accepted(LabKeyKind kind)
    {
        HonestChain chain = Of(kind);
        ForgedChain[] forged = [.. SignatureForgeries.Of(chain), .. FieldForgeries.Of(chain), .. IssuerForgeries.Of(chain)];

        string[] accepted = [.. TestKeys.Some(forged).Where(each => Judge(chain, each.Sent).Verdict == Verdict.Trusted)
            .Select(each => each.Name)];

        output.WriteLine($"{forged.Length} forged chains");
        Assert.InRange(forged.Length, 171, int.MaxValue);
        Assert.Equal(forged.Length, forged.Select(each => each.Name).Distinct().Count());
        Assert.Empty(accepted);
    }

    [Fact]
    public void No_bit_of_what_was_signed_can_be_another()
    {
        HonestChain chain = Of(LabKeyKind.EcP256);
        List<string> accepted = [];
        for (int place = 0; place < chain.Sent.Length; place++)
        {
            byte[] honest = chain.Sent[place];
            foreach (int at in TestKeys.Some(Enumerable.Range(0, honest.Length)))
            {
                byte[][] sent = chain.Sent;
                sent[place][at] ^= (byte)(1 << (at % 8));
                if (Judge(chain, sent).Verdict == Verdict.Trusted)
                {
                    accepted.Add($"certificate {place}, byte {at}");
                }
            }
        }

        Assert.Empty(accepted);
    }

    private static HonestChain Of(LabKeyKind kind) => Honest.Value.Single(chain => chain.Kind == kind);

    // What can't be read is not judged: as the server's it is refused, elsewhere it is as if it were not there.
    private static ChainJudgement Judge(HonestChain chain, IReadOnlyList<byte[]> sent)
    {
        List<Certificate> read = [];
        List<UnreadableCertificate> unreadable = [];
        for (int i = 0; i < sent.Count; i++)
        {
            if (Certificate.TryParse(sent[i], out Certificate? certificate, out DerFault? fault))
            {
                read.Add(certificate);
            }
            else
            {
                unreadable.Add(new(i, fault));
            }
        }

        return ChainJudge.Judge(new()
        {
            Presented = read,
            Unreadable = unreadable,
            HostName = HonestChain.HostName,
            Store = Judged.Store(chain.Root.Certificate),
            PublicRoots = Judged.Public(),
            At = Judged.Now.UtcDateTime,
        });
    }
}
