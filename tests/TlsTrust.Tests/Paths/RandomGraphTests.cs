using FsCheck;
using FsCheck.Fluent;
using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Tests.Certificates;
using static TlsTrust.Tests.Certificates.ForgedCertificates;

namespace TlsTrust.Tests.Paths;

/// <summary>Random CA graphs with random faults: the engine finds a path exactly when a search through all of them does.</summary>
public class RandomGraphTests(ITestOutputHelper output)
{
    private const int Entities = 5;
    private const string Host = "random.example";

    private enum Fault
    {
        None,
        Expired,
        NotCa,
        NoCertSign,
        PathLengthZero,
        WrongSigner,
        ClientOnly,
        WrongKeyIdentifier,
    }

    private sealed record Edge(int Subject, int Issuer, Fault Fault, bool IsAnchor, Certificate Certificate)
    {
        internal bool IsSelfIssued => Subject == Issuer;
    }

    [Fact]
    public void Finds_a_path_exactly_when_one_exists()
    {
        int found = 0;
        int runs = 0;
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            List<Edge> edges = Graph(new System.Random(seed), out Certificate leaf, out int leafIssuer);
            bool expected = Exists(edges, leafIssuer, [], 0);
            PathSearchResult result = Search(edges, leaf);
            runs++;
            found += expected ? 1 : 0;
            Assert.Equal(expected, result.Path is not null);
            Assert.False(result.BudgetSpent);
            Assert.True(expected || result.Partial.Count > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

        output.WriteLine($"{runs} graphs, {found} with a path");
        Assert.InRange(found, 1, runs - 1);
    }

    [Fact]
    public void Lists_every_path_once()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            List<Edge> edges = Graph(new System.Random(seed), out Certificate leaf, out int leafIssuer);
            int expected = Count(edges, leafIssuer, [], 0);

            PathSearchResult result = Search(edges, leaf, all: true);

            Assert.Equal(Math.Min(expected, PathLimits.Paths), result.Paths.Count);
            Assert.Equal(result.Paths.Count,
                result.Paths.Select(static p => string.Join(' ', p.Certificates.Select(static c => c.Sha256))).Distinct().Count());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(75));
    }

    private static PathSearchResult Search(List<Edge> edges, Certificate leaf, bool all = false) => PathSearch.Search(new PathQuery
    {
        Leaf = leaf,
        Presented = [.. edges.Where(static e => !e.IsAnchor).Select(static e => e.Certificate)],
        Anchors = new CertificateIndex(edges.Where(static e => e.IsAnchor).Select(static e => e.Certificate)),
        HostName = Host,
        At = Forgery.Now,
        AllPaths = all,
    });

    private static List<Edge> Graph(System.Random random, out Certificate leaf, out int leafIssuer)
    {
        List<Edge> edges = [];
        int count = random.Next(1, 12);
        for (int i = 0; i < count; i++)
        {
            int subject = random.Next(Entities);
            int issuer = random.Next(3) == 0 ? subject : random.Next(Entities);
            Fault fault = random.Next(2) == 0 ? Fault.None : (Fault)random.Next(1, 8);
            bool isAnchor = subject == issuer && fault != Fault.WrongKeyIdentifier && random.Next(3) > 0;
            edges.Add(new Edge(subject, issuer, fault, isAnchor, Make(subject, issuer, fault)));
        }

        leafIssuer = random.Next(Entities);
        leaf = Issue(new Forgery { Subject = Host, Issuer = $"Entity {leafIssuer}", DnsNames = [Host] });
        return edges;
    }

    private static Certificate Make(int subject, int issuer, Fault fault) => Issue(new Forgery
    {
        Subject = $"Entity {subject}",
        Issuer = $"Entity {issuer}",
        IsCA = fault != Fault.NotCa,
        KeyUsage = fault == Fault.NoCertSign ? System.Security.Cryptography.X509Certificates.X509KeyUsageFlags.CrlSign : null,
        NotAfter = fault == Fault.Expired ? Forgery.Now.AddDays(-1) : Forgery.Now.AddYears(1),
        PathLength = fault == Fault.PathLengthZero ? 0 : null,
        SigningKey = fault == Fault.WrongSigner ? "nobody" : null,
        AuthorityKey = fault == Fault.WrongKeyIdentifier ? "nobody" : fault == Fault.WrongSigner ? $"Entity {issuer}" : null,
        KeyPurposes = fault == Fault.ClientOnly ? [ClientAuthentication] : [],
    });

    /// <summary>
    /// Brute force over the model: every way up, no entity twice, faults judged by what they are and not by what the engine sees.
    /// </summary>
    private static bool Exists(List<Edge> edges, int entity, HashSet<int> seen, int below) => Count(edges, entity, seen, below) > 0;

    private static int Count(List<Edge> edges, int entity, HashSet<int> seen, int below)
    {
        if (!seen.Add(entity))
        {
            return 0;
        }

        int paths = 0;
        foreach (Edge edge in edges.Where(e => e.Subject == entity))
        {
            bool isUsable = edge.Fault is Fault.None or Fault.WrongKeyIdentifier || (edge.Fault == Fault.PathLengthZero && below == 0)
                // The signature of an anchor counts for nothing.
                || (edge.Fault == Fault.WrongSigner && edge.IsAnchor);
            if (!isUsable)
            {
                continue;
            }

            paths += edge.IsAnchor ? 1 : edge.IsSelfIssued ? 0 : Count(edges, edge.Issuer, seen, below + 1);
        }

        seen.Remove(entity);
        return paths;
    }
}
