using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Tests.Environment.Programs;

/// <summary>Programs of this machine say whether they know a CA whose key nobody has: before Set, after it, after Remove.</summary>
public sealed class AnchorProbeTests(ITestOutputHelper output)
{
    // They refuse a certificate and do not say why; Perl lets OpenSSL's reason through where there is one.
    private static readonly string[] Mute = ["git", "php"], Taciturn = ["git", "perl-lwp", "php"];

    public static TheoryData<string, bool> Programs =>
        [.. (System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1" ? ProgramProbe.SpeakTls.ToArray()
            : ["curl", "git", "openssl", "php", "python", "ruby", "wget"])
            .SelectMany(program => new[] { true, false }.Select(rsa => new TheoryDataRow<string, bool>(program, rsa)))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_says_whether_it_knows_the_CA(string program, bool rsa)
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        ProgramFacts facts = ProgramCatalogue.Find(program)!;
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(facts) is not null, $"{program} is not on this machine");
        using X509Certificate2 root = rsa ? RsaRoot() : MadeMachine.MadeRoot("Elliptic Root");
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan = provisioner.Plan(new ProvisionRequest { Anchors = [new(MadeMachine.Read(root), "test")], Programs = [program],
            IncludeConfiguration = true });
        ChangeCheck lacks = Taciturn.Contains(program) ? ChangeCheck.Unverified : ChangeCheck.Refused;
        Expect(lacks, made.Machine, plan, plan.Changes, "before");
        IReadOnlyList<TrustEnvironmentChange> changes = provisioner.Apply(plan);
        Expect(Mute.Contains(program) ? ChangeCheck.Unverified : ChangeCheck.Trusted, made.Machine, plan, changes, "after Set");
        new TrustRemoval(made.Machine).Remove(TrustScope.Process, apply: true);
        Expect(lacks, made.Machine, plan, changes, "after Remove");
    }

    [Fact]
    public void A_program_whose_verification_is_off_is_found_out()
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(ProgramCatalogue.Find("curl")!) is not null, "there is no curl");
        made.Write("home/.curlrc", "insecure\n");
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan = provisioner.Plan(MadeProvisioning.Request() with { Programs = ["curl"] });
        Assert.Contains("its verification is off",
            Expect(ChangeCheck.Failed, made.Machine, plan, provisioner.Apply(plan), "switched off"), StringComparison.Ordinal);
    }

    [Fact]
    public void Public_roots_are_asked_about_by_one_of_them_and_what_can_not_be_asked_is_unverified()
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(ProgramCatalogue.Find("curl")!) is not null, "there is no curl");
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan = provisioner.Plan(new ProvisionRequest { Anchors = [], PublicRoots = "System", Programs = ["curl"] });
        Expect(ChangeCheck.Trusted, made.Machine, plan, provisioner.Apply(plan), "public roots");
        TrustEnvironmentChange other = plan.Changes[0] with { Program = "aws" };
        Assert.Equal(ChangeCheck.Unverified, new AnchorProbe(made.Machine, plan).Confirm(other).Verified);
    }

    [Fact]
    public void A_user_is_asked_in_a_shell_that_is_started_anew()
    {
        // A login shell of a made home, on the real root: what a profile makes of PATH is real too.
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/curl"), "there is no curl");
        using MadeMachine made = new();
        LocalMachine machine = new(new Dictionary<string, string> { ["HOME"] = made.Home, ["PATH"] = "/usr/bin:/bin" })
        {
            WorkingDirectory = made.Project,
        };
        TrustProvisioner provisioner = new(machine);
        ProvisionPlan plan = provisioner.Plan(MadeProvisioning.Request(TrustScope.User) with { Programs = ["curl"] });
        IReadOnlyList<TrustEnvironmentChange> changes = provisioner.Apply(plan);
        Assert.False(machine.Variables.ContainsKey("CURL_CA_BUNDLE"));
        Expect(ChangeCheck.Trusted, machine, plan, changes, "user scope");
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        Assert.All(changes, change =>
            Assert.Equal(ChangeCheck.Accepted, ProgramProbe.Confirm(machine, change, [server.Endpoint]).Verified));
        new TrustRemoval(machine).Remove(TrustScope.User, apply: true);
        Expect(ChangeCheck.Refused, machine, plan, changes, "after Remove");
    }

    private string Expect(ChangeCheck expected, IMachine machine, ProvisionPlan plan, IReadOnlyList<TrustEnvironmentChange> changes,
        string when)
    {
        TrustEnvironmentChange confirmed = new AnchorProbe(machine, plan).Confirm(changes[0]);
        output.WriteLine($"{when}: {confirmed.Verified} {confirmed.VerifiedDetail}");
        Assert.True(confirmed.Verified == expected, $"{when}: {confirmed.Verified}, {confirmed.VerifiedDetail}");
        return confirmed.VerifiedDetail!;
    }

    private static X509Certificate2 RsaRoot()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=Rsa Root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddYears(1));
    }
}
