using System.Diagnostics;
using System.Text.Json;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Tests.Environment.Provisioning.Targets;

/// <summary>
/// Text for elsewhere, read by the tool that it is for, or by a parser of its format; paths with all that formats stumble over.
/// </summary>
public sealed class TargetTextTests
{
    private const string OddFolder = "odd $HOME %h 'q' \"d\" ü";

    [Theory]
    [InlineData(ProvisionTarget.Bash)]
    [InlineData(ProvisionTarget.Slurm)]
    [InlineData(ProvisionTarget.CondaActivate)]
    [InlineData(ProvisionTarget.VirtualEnv)]
    public void A_shell_gets_the_value_as_it_is(ProvisionTarget target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/bin/sh"), "there is no /bin/sh");
        using MadeMachine made = MadeProvisioning.Prepared();
        ProvisionPlan plan = Plan(made, target, OddFolder);
        Assert.Equal(plan.Bundle, Ask("/bin/sh", "-c", string.Join('\n', plan.Lines) + "\nprintf %s \"$CURL_CA_BUNDLE\""));
    }

    [Fact]
    public void Kubernetes_takes_the_ConfigMap_and_the_patch()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/kubectl"), "there is no kubectl");
        using MadeMachine made = MadeProvisioning.Prepared();
        string[] documents = string.Join('\n', Plan(made, ProvisionTarget.Kubernetes).Lines).Split("\n---\n");
        Assert.Equal(3, documents.Length);
        string map = made.Write("map.yaml", documents[0]), patch = made.Write("patch.yaml", documents[1]);
        string deployment = made.Write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  " +
            "selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - " +
            "{name: app, image: x}\n");
        using JsonDocument data = JsonDocument.Parse(Ask("kubectl", "label", "--local", "-f", map, "x=y", "-o", "json"));
        Assert.Contains("BEGIN CERTIFICATE", data.RootElement.GetProperty("data").GetProperty("trust-bundle.pem").GetString(),
            StringComparison.Ordinal);
        using JsonDocument patched =
            JsonDocument.Parse(Ask("kubectl", "patch", "--local", "-f", deployment, "--patch-file", patch, "-o", "json"));
        JsonElement container = patched.RootElement.GetProperty("spec").GetProperty("template").GetProperty("spec")
            .GetProperty("containers")[0];
        Assert.Equal("x", container.GetProperty("image").GetString());
        JsonElement variable =
            Assert.Single(container.GetProperty("env").EnumerateArray(), one => one.GetProperty("name").GetString() == "CURL_CA_BUNDLE");
        Assert.Equal(container.GetProperty("volumeMounts")[0].GetProperty("mountPath").GetString() + "/trust-bundle.pem",
            variable.GetProperty("value").GetString());
    }

    [Theory]
    [InlineData(ProvisionTarget.Compose, "d['services']['app']['environment']['CURL_CA_BUNDLE']",
        "/usr/local/share/tlstrust/trust-bundle.pem")]
    [InlineData(ProvisionTarget.Compose, "d['services']['app']['volumes'][0]", "./tlstrust:/usr/local/share/tlstrust:ro")]
    [InlineData(ProvisionTarget.GitLab, "d['variables']['CURL_CA_BUNDLE']", "$CI_PROJECT_DIR/tlstrust/trust-bundle.pem")]
    [InlineData(ProvisionTarget.CloudInit, "d['write_files'][0]['path']", "/usr/local/share/tlstrust/trust-bundle.pem")]
    [InlineData(ProvisionTarget.CloudInit, "d['ca_certs']['trusted'][0][:27]", "-----BEGIN CERTIFICATE-----")]
    [InlineData(ProvisionTarget.Ansible, "d[0]['ansible.builtin.copy']['dest']", "/usr/local/share/tlstrust/")]
    [InlineData(ProvisionTarget.Ansible, "d[1]['ansible.builtin.copy']['content']",
        "export CURL_CA_BUNDLE='/usr/local/share/tlstrust/trust-bundle.pem'\n")]
    public void A_YAML_parser_reads_what_was_meant(ProvisionTarget target, string expression, string expected)
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        string file = made.Write("made.yaml", string.Join('\n', Plan(made, target).Lines) + "\n");
        string script = $"import yaml,sys\nyaml.SafeLoader.add_constructor('!unsafe', lambda l,n: l.construct_scalar(n))\nd = " +
            $"yaml.safe_load(open(sys.argv[1]))\nsys.stdout.write({expression})";
        Assert.SkipUnless(Runs("python3", "-c", "import yaml"), "there is no YAML parser for Python");
        Assert.Equal(expected, Ask("python3", "-c", script, file));
    }

    [Fact]
    public void A_development_container_gets_mount_and_variables()
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        using JsonDocument document = JsonDocument.Parse(string.Join('\n', Plan(made, ProvisionTarget.DevContainer).Lines));
        Assert.Equal("/usr/local/share/tlstrust/trust-bundle.pem",
            document.RootElement.GetProperty("containerEnv").GetProperty("CURL_CA_BUNDLE").GetString());
        Assert.Contains("target=/usr/local/share/tlstrust", document.RootElement.GetProperty("mounts")[0].GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Systemd_takes_the_drop_in_and_gives_the_value_as_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/systemd-analyze"), "there is no systemd-analyze");
        using MadeMachine made = MadeProvisioning.Prepared();
        ProvisionPlan plan = Plan(made, ProvisionTarget.SystemdUnit, OddFolder);
        string unit = made.Write("units/probe.service", "[Service]\nExecStart=/bin/true\n");
        made.Write("units/probe.service.d/10.conf", string.Join('\n', plan.Lines) + "\n");
        Assert.DoesNotContain("10.conf", Ask("systemd-analyze", "verify", "--man=no", unit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ImageBase.Debian)]
    [InlineData(ImageBase.Windows)]
    public void A_Dockerfile_copies_the_files_and_names_where_they_are_in_the_image(ImageBase? image)
    {
        using MadeMachine made = MadeProvisioning.Prepared();
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan =
            provisioner.Plan(
                MadeProvisioning.Request() with { Target = ProvisionTarget.Dockerfile, Programs = ["curl"], ImageBase = image });
        provisioner.Apply(plan);
        Assert.True(File.Exists(Path.Combine(made.Project, "tlstrust", "trust-bundle.pem")));
        Assert.StartsWith("COPY [\"tlstrust/\", ", plan.Lines[0], StringComparison.Ordinal);
        string variable = Assert.Single(plan.Lines, line => line.StartsWith("ENV ", StringComparison.Ordinal));
        Assert.Equal(image == ImageBase.Windows ? "ENV CURL_CA_BUNDLE=\"C:\\\\ProgramData\\\\TlsTrust\\\\trust-bundle.pem\""
            : "ENV CURL_CA_BUNDLE=\"/usr/local/share/tlstrust/trust-bundle.pem\"", variable);
        Assert.DoesNotContain(made.Folder, string.Join('\n', plan.Lines), StringComparison.Ordinal);
        Assert.Equal(image == ImageBase.Debian, plan.Lines.Any(line => line.Contains("update-ca-certificates", StringComparison.Ordinal)));
    }

    [Fact]
    public void Services_cron_and_sudo_are_reached_and_given_back_byte_for_byte()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "cron, sudo and systemd are Unix's");
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("root/etc/crontab", "SHELL=/bin/sh\n17 * * * * root true\n");
        made.Write("root/etc/environment", "LANG=C.UTF-8\n");
        Directory.CreateDirectory(Path.Combine(made.Root, "etc/sudoers.d"));
        SortedDictionary<string, string> before = made.Snapshot();
        MadeProvisioning.Apply(made, MadeProvisioning.Request(TrustScope.Machine) with { IncludeServices = true });
        Assert.Matches("(?s)^# >>> TlsTrust.*CURL_CA_BUNDLE=\".*# <<< TlsTrust <<<\nSHELL=",
            File.ReadAllText(Path.Combine(made.Root, "etc/crontab")));
        string sudoers = Path.Combine(made.Root, "etc/sudoers.d/60-tlstrust");
        Assert.Contains("env_keep += \"CURL_CA_BUNDLE", File.ReadAllText(sudoers), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(sudoers));
        }

        if (File.Exists("/usr/sbin/visudo"))
        {
            Ask("/usr/sbin/visudo", "-c", "-f", sudoers);
        }

        Assert.Contains("DefaultEnvironment=\"CURL_CA_BUNDLE=",
            File.ReadAllText(Path.Combine(made.Root, "etc/systemd/system.conf.d/60-tlstrust.conf")), StringComparison.Ordinal);
        new TrustRemoval(made.Machine).Remove(TrustScope.Machine, apply: true);
        Assert.Equal(before, made.Snapshot());
    }

    private static ProvisionPlan Plan(MadeMachine made, ProvisionTarget target, string? folder = null) =>
        new TrustProvisioner(made.Machine).Plan(MadeProvisioning.Request() with
        {
            Target = target,
            Programs = ["curl"],
            Destination = folder is null ? null : Path.Combine(made.Home, folder, "trust-bundle.pem"),
        });

    private static bool Runs(params string[] command)
    {
        try
        {
            using Process process =
                Process.Start(
                    new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Ask(params string[] command)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> faults = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, faults.Result);
        return said;
    }
}
