using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Stores;

public sealed class TrustStoreTests
{
    private static readonly LabAuthority One = LabAuthority.CreateRoot("CN=Store Root One, O=Lab", DateTimeOffset.UtcNow);
    private static readonly LabAuthority Two = LabAuthority.CreateRoot("CN=Store Root Two, O=Lab", DateTimeOffset.UtcNow);

    private static string Slashed(string path) => path.Replace('\\', '/');

    private static string Pem(LabAuthority authority) => authority.Certificate.Pem;

    private static string Hash(LabAuthority authority) =>
        OpenSslNameHash.Current(Certificate.Parse(authority.Certificate.Der).Subject.RawData)!;

    [Fact]
    public void Default_store_takes_file_and_directory_of_OPENSSLDIR_together()
    {
        using FakeMachine machine = new();
        machine.Write("/usr/lib/ssl/cert.pem", Pem(One));
        machine.Write($"/usr/lib/ssl/certs/{Hash(Two)}.0", Pem(Two));

        TrustStore store = TrustStores.Default(machine);

        Assert.Equal(2, store.Anchors.Count);
        Assert.Empty(store.Faults);
        Assert.Equal("/usr/lib/ssl/cert.pem + /usr/lib/ssl/certs", store.Name);
    }

    [Fact]
    public void SSL_CERT_FILE_replaces_the_file_and_keeps_the_directory()
    {
        using FakeMachine machine = new();
        machine.Write("/usr/lib/ssl/cert.pem", Pem(One));
        machine.Write($"/usr/lib/ssl/certs/{Hash(One)}.0", Pem(One));
        machine.Variables["SSL_CERT_FILE"] = machine.Write("/corporate.pem", Pem(Two));

        TrustStore store = TrustStores.Default(machine);

        Assert.Equal(2, store.Anchors.Count);
        Assert.EndsWith("corporate.pem, line 1", store.LocationOf(Certificate.Parse(Two.Certificate.Der)), StringComparison.Ordinal);
    }

    [Fact]
    public void SSL_CERT_FILE_that_is_missing_beside_a_usable_directory_is_a_warning()
    {
        using FakeMachine machine = new();
        machine.Write($"/usr/lib/ssl/certs/{Hash(One)}.0", Pem(One));
        machine.Variables["SSL_CERT_FILE"] = machine.MapPath("/gone.pem");

        TrustStore store = TrustStores.Default(machine);

        Assert.True(store.IsUsable);
        StoreFault fault = Assert.Single(store.Faults);
        Assert.Equal(Severity.Warning, fault.Severity);
        Assert.Equal(machine.MapPath("/gone.pem"), fault.Path);
    }

    [Fact]
    public void SSL_CERT_FILE_that_is_missing_and_nothing_else_is_an_error()
    {
        // Folders are split as the platform does, whose paths these are.
        using FakeMachine machine = new() { Platform = OperatingSystem.IsWindows() ? StorePlatform.Windows : StorePlatform.Linux };
        machine.Variables["SSL_CERT_FILE"] = machine.MapPath("/gone.pem");
        machine.Variables["SSL_CERT_DIR"] = machine.MapPath("/none");

        TrustStore store = OpenSslDefaultStore.Read(machine);

        Assert.False(store.IsUsable);
        Assert.Equal(2, store.Faults.Count);
        Assert.All(store.Faults, fault => Assert.Equal(Severity.Error, fault.Severity));
    }

    [Fact]
    public void Empty_variable_switches_its_part_off()
    {
        using FakeMachine machine = new();
        machine.Write("/usr/lib/ssl/cert.pem", Pem(One));
        machine.Write($"/usr/lib/ssl/certs/{Hash(Two)}.0", Pem(Two));
        machine.Variables["SSL_CERT_FILE"] = "";

        TrustStore store = TrustStores.Default(machine);

        Assert.Equal(Certificate.Parse(Two.Certificate.Der), Assert.Single(store.Anchors).Certificate);
        Assert.Contains(store.Faults, fault => fault.Path == "SSL_CERT_FILE");
    }

    [Fact]
    public void Machine_without_any_store_says_so()
    {
        using FakeMachine machine = new();

        TrustStore store = TrustStores.Default(machine);

        Assert.False(store.IsUsable);
        Assert.Contains("ca-certificates", Assert.Single(store.Faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Directory_without_hashed_names_gives_no_anchor_and_says_what_is_lost()
    {
        using FakeMachine machine = new();
        machine.Write("/plain/one.pem", Pem(One));

        TrustStore store = TrustStores.Open(machine.MapPath("/plain"));

        Assert.False(store.IsUsable);
        Assert.Equal(One.Certificate.Der.ToArray(), Assert.Single(store.Lost).Certificate.RawData.ToArray());
        Assert.Contains("openssl rehash", Assert.Single(store.Faults).Reason, StringComparison.Ordinal);
        Assert.True(TrustStores.Open(machine.MapPath("/plain"), StoreReading.Tolerant).IsUsable);
    }

    [Fact]
    public void Directory_with_a_wrong_hash_or_a_gap_in_the_numbers_loses_the_certificate()
    {
        using FakeMachine machine = new();
        machine.Write("/hashed/00000000.0", Pem(One));
        machine.Write($"/hashed/{Hash(Two)}.1", Pem(Two));

        TrustStore store = TrustStores.Open(machine.MapPath("/hashed"));

        Assert.Empty(store.Anchors);
        Assert.Equal(2, store.Lost.Count);
    }

    [Fact]
    public void Changed_file_is_read_again()
    {
        using FakeMachine machine = new();
        string path = machine.Write("/bundle.pem", Pem(One));
        Assert.Single(TrustStores.Open(path).Anchors);

        File.WriteAllText(path, Pem(One) + Pem(Two));

        Assert.Equal(2, TrustStores.Open(path).Anchors.Count);
    }

    [Fact]
    public void What_changes_in_a_directory_or_behind_its_links_is_seen_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        using FakeMachine machine = new();
        string behind = machine.Write("/elsewhere/one.pem", Pem(One));
        string first = machine.Write($"/hashed/{Hash(Two)}.0", Pem(Two));
        string directory = Path.GetDirectoryName(first)!;
        File.CreateSymbolicLink(Path.Combine(directory, $"{Hash(One)}.0"), behind);
        Assert.Equal(2, TrustStores.Open(directory).Anchors.Count);
        Assert.Equal(2, TrustStores.Open(directory).Anchors.Count);

        File.WriteAllText(behind, Pem(One) + Pem(Two) + "text"); // the directory's own time stays as it was
        Assert.Equal(2, TrustStores.Open(directory).Anchors.Count);
        File.WriteAllText(behind, "nothing");
        Assert.Single(TrustStores.Open(directory).Anchors);
        File.Delete(first);
        Assert.Empty(TrustStores.Open(directory).Anchors);
    }

    [Fact]
    public void Empty_file_is_a_fault()
    {
        using FakeMachine machine = new();

        TrustStore store = TrustStores.Open(machine.Write("/empty.pem", ""));

        Assert.False(store.IsUsable);
        Assert.NotEmpty(store.Faults);
    }

    [Fact]
    public void Publicly_known_roots_are_built_in_with_source_and_date()
    {
        PublicRootSet roots = PublicRootSet.BuiltIn;

        Assert.InRange(roots.Roots.Count, 100, 300);
        Assert.StartsWith("Debian ca-certificates ", roots.Source, StringComparison.Ordinal);
        Assert.InRange(roots.Date.Year, 2025, 2100);
        Assert.All(roots.Roots, root => Assert.True(roots.Contains(root)));
        Assert.Null(roots.ByKey(Certificate.Parse(One.Certificate.Der)));
    }

    [Fact]
    public void Name_hashes_are_those_of_this_machines_hashed_directory()
    {
        const string Directory = "/etc/ssl/certs";
        Assert.SkipUnless(System.IO.Directory.Exists(Directory), "no /etc/ssl/certs here");
        string[] names =
            [.. System.IO.Directory.EnumerateFiles(Directory).Where(name => HashedDirectory.IsHashName(Path.GetFileName(name)))];
        Assert.SkipUnless(names.Length > 50, "no hashed names in /etc/ssl/certs");

        TrustStore store = TrustStores.Open(Directory);

        Assert.True(store.IsUsable);
        Assert.DoesNotContain(store.Lost, stored => names.Contains(stored.Location));
    }

    [Theory]
    [InlineData("-addreject", "serverAuth", false)]
    [InlineData("-addtrust", "emailProtection", false)]
    [InlineData("-addtrust", "serverAuth", true)]
    [InlineData("-addreject", "emailProtection", true)]
    public void Trusted_certificate_whose_extras_refuse_servers_is_no_anchor(string option, string purpose, bool isAnchor)
    {
        OpenSslTool.SkipWhereAbsent();
        using FakeMachine machine = new();
        string plain = machine.Write("/plain.pem", Pem(One)), marked = machine.MapPath("/marked.pem");
        Assert.Equal(0, OpenSslTool.TryRun(out _, "x509", "-in", plain, "-trustout", option, purpose, "-out", marked));

        TrustStore store = TrustStores.Open(marked);

        Assert.Equal(isAnchor, store.IsUsable);
        Assert.Equal(isAnchor ? 0 : 1, store.Distrusted.Count);
    }

    [Fact]
    public void Bundle_that_OpenSSL_cannot_read_is_unusable_with_line_and_reason_and_shows_what_is_lost()
    {
        using FakeMachine machine = new();
        string glued = Pem(One).TrimEnd() + Pem(Two);
        string path = machine.Write("/glued.pem", glued);

        TrustStore store = TrustStores.Open(path);

        Assert.False(store.IsUsable);
        StoreFault fault = Assert.Single(store.Faults);
        Assert.True(fault.Line > 1, fault.ToString());
        Assert.Equal(2, store.Lost.Count);
        Assert.Equal(2, TrustStores.Open(path, StoreReading.Tolerant).Anchors.Count);
    }

    [Fact]
    public void Stores_of_programs_are_found_where_they_lie_and_each_file_once()
    {
        using FakeMachine machine = new();
        machine.Write("/etc/ssl/certs/ca-certificates.crt", Pem(One));
        string certifi = machine.Write("/home/user/miniconda3/lib/python3.12/site-packages/certifi/cacert.pem", Pem(Two));
        string vendored =
            machine.Write("/home/user/.pyenv/versions/3.11.7/lib/python3.11/site-packages/pip/_vendor/certifi/cacert.pem", Pem(Two));
        string java = machine.Write("/usr/lib/jvm/jdk-21/lib/security/cacerts", Pem(Two));
        machine.Variables["NODE_EXTRA_CA_CERTS"] = machine.Write("/corporate.pem", Pem(Two));
        machine.Variables["REQUESTS_CA_BUNDLE"] = machine.MapPath("/etc/ssl/certs/ca-certificates.crt");

        string[] found = [.. ProgramStores.Find(machine).Select(store => $"{store.Program} {store.Path}")];

        Assert.Equal(
            new[] { $"NODE_EXTRA_CA_CERTS {machine.MapPath("/corporate.pem")}",
                $"REQUESTS_CA_BUNDLE {machine.MapPath("/etc/ssl/certs/ca-certificates.crt")}", $"certifi {certifi}", $"certifi {vendored}",
                    $"Java {java}" }.Select(Slashed).Order(StringComparer.Ordinal),
            found.Select(Slashed).Order(StringComparer.Ordinal));
    }
}
