using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment.Inspection;

public sealed class TrustInspectorTests
{
    private static readonly string Private = MadeMachine.Pem(MadeMachine.PrivateRoot);
    private static readonly string Public = MadeMachine.Pem(MadeMachine.PublicRoot);

    // Names of contents, not contents: a runner may list the cases in one process and run them in another, which makes roots of its own.
    public static TheoryData<string, string, string?, TrustStatus> Files => new()
    {
        { "python", "SSL_CERT_FILE", null, TrustStatus.Missing },
        { "curl", "CURL_CA_BUNDLE", null, TrustStatus.Missing },
        { "git", "GIT_SSL_CAINFO", "private, public", TrustStatus.Ok },
        { "python", "SSL_CERT_FILE", "nothing", TrustStatus.Empty },
        { "python", "SSL_CERT_FILE", "glued", TrustStatus.Malformed },
        { "python", "SSL_CERT_FILE", "words", TrustStatus.Empty },
        { "aws", "AWS_CA_BUNDLE", "private", TrustStatus.PublicRootsLost },
        { "aws", "AWS_CA_BUNDLE", "private, public", TrustStatus.Ok },
        { "go", "SSL_CERT_FILE", "byte order mark, private, public", TrustStatus.Malformed },
        { "python", "SSL_CERT_FILE", "byte order mark, private, public", TrustStatus.Ok },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_judged_as_the_program_reads_it(string program, string variable, string? content, TrustStatus expected)
    {
        using MadeMachine made = new();
        string path = Path.Combine(made.Home, "set.pem");
        if (content is not null)
        {
            made.Write("home/set.pem", Content(content));
        }

        Assert.SkipWhen(OperatingSystem.IsWindows() && program == "go", "Go of Windows reads the system's store and no variable");
        ProgramTrust trust = Inspect(made, program, new() { [variable] = path });
        Assert.Equal(expected, trust.Status);
        Assert.Contains(variable, trust.Reason, StringComparison.Ordinal);
        Assert.Equal(expected is TrustStatus.Ok, trust.Detail.Length == 0);
    }

    private static string Content(string name) => name switch
    {
        "nothing" => "",
        "words" => "no certificate here\n",
        "private" => Private,
        "private, public" => Private + Public,
        "byte order mark, private, public" => "\uFEFF" + Private + Public,
        "glued" => Private.Replace("-----\n-----", "----------") + Public.TrimEnd() + Private,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such content"),
    };

    [Fact]
    public void A_plain_folder_in_SSL_CERT_DIR_is_NotHashed_and_links_that_lead_nowhere_are_StaleLinks()
    {
        using MadeMachine made = new();
        string source = made.Write("home/plain/ca.pem", Private);
        Assert.Equal(TrustStatus.NotHashed, Inspect(made, "ruby", new() { ["SSL_CERT_DIR"] = Path.Combine(made.Home, "plain") }).Status);
        string hash = OpenSslNameHash.Current(MadeMachine.Read(MadeMachine.PrivateRoot).Subject.RawData)!;
        string hashed = Path.Combine(made.Home, "plain", hash + ".0");
        if (OperatingSystem.IsWindows())
        {
            // Copies there; the file beside the folder is that of RubyInstaller; and Go reads no folder.
            made.Install("ruby");
            made.Write("root/bin/etc/ssl/cert.pem", Public);
            File.Copy(source, hashed);
            Assert.Equal(TrustStatus.Ok, Inspect(made, "ruby", new() { ["SSL_CERT_DIR"] = Path.Combine(made.Home, "plain") }).Status);
            return;
        }

        File.CreateSymbolicLink(hashed, "ca.pem");
        Assert.Equal(TrustStatus.Ok, Inspect(made, "ruby", new() { ["SSL_CERT_DIR"] = Path.Combine(made.Home, "plain") }).Status);
        File.CreateSymbolicLink(Path.Combine(made.Home, "plain", "0badc0de.0"), "gone.pem");
        ProgramTrust stale = Inspect(made, "ruby", new() { ["SSL_CERT_DIR"] = Path.Combine(made.Home, "plain") });
        Assert.Equal(TrustStatus.StaleLinks, stale.Status);
        Assert.Contains("0badc0de.0", stale.Detail, StringComparison.Ordinal);

        // Go reads every file of a folder, whatever its name.
        Assert.Equal(TrustStatus.Ok, Inspect(made, "go", new() { ["SSL_CERT_DIR"] = Path.Combine(made.Home, "plain") }).Status);
    }

    [Fact]
    public void An_intermediate_alone_is_no_anchor_for_OpenSSL_and_one_for_Go()
    {
        using MadeMachine made = new();
        string path =
            made.Write("home/i.pem", MadeMachine.Pem(MadeMachine.Issued("intermediate", MadeMachine.PrivateRoot, isAuthority: true)));
        Assert.Equal(TrustStatus.OnlyIntermediate, Inspect(made, "ruby", new() { ["SSL_CERT_FILE"] = path }).Status);
        Assert.NotEqual(TrustStatus.OnlyIntermediate, Inspect(made, "go", new() { ["SSL_CERT_FILE"] = path }).Status);
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public void From_3_13_on_an_intermediate_alone_is_an_anchor_for_Python(string isStrict, bool isFault)
    {
        using MadeMachine made = new();
        string path =
            made.Write("home/i.pem", MadeMachine.Pem(MadeMachine.Issued("intermediate", MadeMachine.PrivateRoot, isAuthority: true)));
        string answer = $$"""{"modules": [], "strict": {{isStrict}}}""";
        made.InstallScript("python3", $"echo '{answer}'", $"@echo {answer}");
        Assert.Equal(isFault, Inspect(made, "python", new() { ["SSL_CERT_FILE"] = path }).Status == TrustStatus.OnlyIntermediate);
    }

    [Fact]
    public void A_variable_that_the_program_does_not_read_is_Ignored()
    {
        using MadeMachine made = new();
        ProgramTrust trust = Inspect(made, "git", new() { ["SSL_CERT_FILE"] = made.Write("home/x.pem", Private) });
        Assert.Equal((TrustStatus.Ignored, StoreEffect.Default), (trust.Status, trust.Effect));
    }

    [Fact]
    public void Of_two_settings_that_disagree_the_one_that_wins_is_named()
    {
        using MadeMachine made = new();
        string one = made.Write("home/1.pem", Private + Public), two = made.Write("home/2.pem", Public);
        ProgramTrust trust = Inspect(made, "gcloud", new() { ["REQUESTS_CA_BUNDLE"] = one, ["CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE"] = two });
        Assert.Equal(TrustStatus.Conflict, trust.Status);
        Assert.Equal(one, trust.Store);
        Assert.Contains("REQUESTS_CA_BUNDLE (process) wins", trust.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_names_the_file_and_line_in_which_a_variable_is_set_and_each_scope_has_its_view()
    {
        using MadeMachine made = new();
        string path = made.Write("home/x.pem", Private + Public);
        string from = $"user, {made.Write("home/.profile", $"# mine\nexport SSL_CERT_FILE={path}\n")}:2";
        if (OperatingSystem.IsWindows())
        {
            from = "user";
            made.Machine.StoreVariable(machine: false, "SSL_CERT_FILE", new StoredVariable(path));
        }

        made.Install("python3");
        Assert.Contains($"SSL_CERT_FILE ({from})", Inspect(made, "python", new() { ["SSL_CERT_FILE"] = path }).Reason,
            StringComparison.Ordinal);
        TrustInspector inspector = new(made.WithVariables([]));
        ProgramFacts[] python = [ProgramCatalogue.Find("python")!];
        Assert.Equal(StoreEffect.Default, inspector.Inspect(python).Single().Effect);
        Assert.Equal(StoreEffect.ReplacesPart, inspector.Inspect(python, TrustScope.User).Single().Effect);
        Assert.Equal(StoreEffect.Default, inspector.Inspect(python, TrustScope.Machine).Single().Effect);
        Assert.True(inspector.Inspect(python).Single().Installed);
    }

    [Fact]
    public void An_empty_value_is_not_the_same_as_none()
    {
        using MadeMachine made = new();
        Assert.Equal(TrustStatus.Empty, Inspect(made, "git", new() { ["GIT_SSL_CAINFO"] = "" }).Status);
        Assert.Equal(TrustStatus.Ok, Inspect(made, "curl", new() { ["CURL_CA_BUNDLE"] = "" }).Status);
        Assert.NotEmpty(Inspect(made, "aws", new() { ["AWS_CA_BUNDLE"] = "" }).Insecure);
    }

    [Fact]
    public void The_variables_of_another_process_are_seen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /proc");
        using System.Diagnostics.Process other =
            System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("sleep", "30") { Environment = { ["NODE_EXTRA_CA_CERTS"] = "/no/such.pem" } })!;
        try
        {
            // Between fork and exec the child still shows our own variables.
            SpinWait.SpinUntil(() =>
                File.ReadAllText($"/proc/{other.Id}/environ").Contains("/no/such.pem", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
            TlsTrust.Environment.Machines.LocalMachine seen = TlsTrust.Environment.Machines.LocalMachine.OfProcess(other.Id);
            Assert.Equal(TrustStatus.Missing, new TrustInspector(seen).Inspect([ProgramCatalogue.Find("node")!]).Single().Status);
            Assert.Throws<InvalidOperationException>(() => seen.SetVariable("A", "b"));
        }
        finally
        {
            other.Kill();
        }
    }

    private static ProgramTrust Inspect(MadeMachine made, string program, Dictionary<string, string> variables) =>
        new TrustInspector(made.WithVariables(variables),
            new PublicRootSet("test", new DateOnly(2026, 1, 1), [MadeMachine.Read(MadeMachine.PublicRoot)]))
            .Inspect([ProgramCatalogue.Find(program)!]).Single();
}
