using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.Tests.Environment.Provisioning.Targets;

/// <summary>Text for elsewhere, carried out by what it is for: programs then reach a server whose CA it brings.</summary>
public sealed class TargetToolTests(ITestOutputHelper output)
{
    // Each of these means something to one of the languages.
    private const string OddFolder = "it's $HOME \"x\" 50%;a";

    [Fact]
    public void Cloud_init_finds_its_schema_kept()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/cloud-init"), "there is no cloud-init");
        using MadeMachine made = MadeProvisioning.Prepared();
        string file = made.Write("user-data.yaml", string.Join('\n', Plan(made, ProvisionTarget.CloudInit).Lines) + "\n");
        Run(made, null, "cloud-init", "schema", "--config-file", file);
    }

    [Fact]
    public void Docker_compose_takes_the_service()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-compose"), "there is no docker-compose");
        using MadeMachine made = MadeProvisioning.Prepared();
        string text = string.Join('\n', Plan(made, ProvisionTarget.Compose).Lines);
        string file = made.Write("project/compose.yaml", "version: '3'\n" + text.Replace("  app:\n", "  app:\n    image: x\n",
            StringComparison.Ordinal) + "\n");
        Assert.Contains("CURL_CA_BUNDLE: /usr/local/share/tlstrust/trust-bundle.pem",
            Run(made, null, "docker-compose", "-f", file, "config"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ansible_carries_the_tasks_out_and_a_login_reaches_the_server()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ansible-playbook") && System.Environment.IsPrivilegedProcess, "there is no ansible");
        using MadeMachine made = MadeProvisioning.Prepared();
        using MountNamespace machine = MountNamespace.Enter();
        machine.Copy("/etc", "/usr/local/share");
        ProvisionPlan plan = Plan(made, ProvisionTarget.Ansible);
        new TrustProvisioner(made.Machine).Apply(plan);
        string play = made.Write("project/play.yaml", "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"
            + string.Concat(plan.Lines.Select(line => $"    {line}\n")));
        Run(made, machine, "ansible-playbook", "-i", "localhost,", play);
        Reach(made, machine, "/bin/sh", "-lc", "exec curl -sS -o /dev/null \"$0\"");
    }

    [Fact]
    public void A_virtual_environment_brings_the_CA_while_it_is_active()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/virtualenv"), "there is no virtualenv");
        using MadeMachine made = MadeProvisioning.Prepared();
        ProvisionPlan plan = Plan(made, ProvisionTarget.VirtualEnv);
        new TrustProvisioner(made.Machine).Apply(plan);
        string folder = Path.Combine(made.Home, "venv"), activate = folder + "/bin/activate";
        Run(made, null, "virtualenv", "--no-download", "--without-pip", "-q", folder);
        File.AppendAllText(activate, "\n" + string.Join('\n', plan.Lines) + "\n");
        Reach(made, null, "/bin/bash", "-c", $". {activate}; exec curl -sS -o /dev/null \"$0\"");
    }

    // Groovy itself evaluates the block, as a declarative pipeline's environment.
    [Fact]
    public void A_Jenkinsfile_has_the_values_as_Groovy_reads_them()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groovy"), "there is no groovy");
        using MadeMachine made = MadeProvisioning.Prepared();
        ProvisionPlan plan = Plan(made, ProvisionTarget.Jenkins);
        string file = made.Write("project/x.groovy", """
            class Values {
                Map all = [:]
                void setProperty(String name, Object value) { this.@all[name] = value.toString() }
                Object getProperty(String name) { name == 'WORKSPACE' ? '/ws' : this.@all[name] }
            }
            def environment(Closure block) {
                def values = new Values()
                block.delegate = values
                block.resolveStrategy = Closure.DELEGATE_ONLY
                block()
                values.@all.each { name, value -> println "$name=$value" }
            }

            """ + string.Join('\n', plan.Lines) + "\n");
        Assert.Equal("CURL_CA_BUNDLE=/ws/tlstrust/trust-bundle.pem", Run(made, null, "groovy", file).Trim());
    }

    [Fact]
    public void A_pipeline_of_Azure_has_the_values_as_its_agents_library_reads_them()
    {
        string library = Module("azure-pipelines-task-lib/taskcommand.js");
        using MadeMachine made = MadeProvisioning.Prepared();
        ProvisionPlan plan = Plan(made, ProvisionTarget.AzurePipelines, OddFolder);
        string line = Assert.Single(plan.Lines, line => line.StartsWith("##vso", StringComparison.Ordinal));
        string script = "const c = require(process.argv[1]).commandFromString(process.argv[2]);"
            + "console.log([c.command, c.properties.variable, c.message].join('|'))";
        Assert.Equal($"task.setvariable|CURL_CA_BUNDLE|{plan.Bundle}", Run(made, null, "node", "-e", script, library, line).Trim());
    }

    // It holds the file to GitLab's schema, and shows it as it reads it.
    [Fact]
    public void A_pipeline_of_GitLab_keeps_its_schema()
    {
        string reader = Module("gitlab-ci-local/dist/index.js"), newer = Module("node-24/bin/node"); // it wants Node.js 22
        using MadeMachine made = MadeProvisioning.Prepared();
        made.Write("project/.gitlab-ci.yml", string.Join('\n', Plan(made, ProvisionTarget.GitLab).Lines) + "\njob:\n  script: [env]\n");
        Run(made, null, "git", "init", "-q", ".");
        Run(made, null, "git", "remote", "add", "origin", "git@gitlab.com:made/made.git");
        Assert.Contains("CURL_CA_BUNDLE: $CI_PROJECT_DIR/", Run(made, null, newer, reader, "--preview"), StringComparison.Ordinal);
    }

    // A root that debootstrap made, with curl and ca-certificates in it.
    [Fact]
    public void The_steps_of_a_Dockerfile_make_an_image_of_Debian_trust_the_CA()
    {
        string? root = System.Environment.GetEnvironmentVariable("TLSTRUST_DEBIAN_ROOT");
        Assert.SkipUnless(root is not null && Directory.Exists(root), "TLSTRUST_DEBIAN_ROOT names no root of Debian");
        using MadeMachine made = MadeProvisioning.Prepared();
        using MountNamespace machine = MountNamespace.Enter();
        machine.Copy(root);
        TrustProvisioner provisioner = new(made.Machine);
        ProvisionPlan plan = provisioner.Plan(MadeProvisioning.Request() with { Target = ProvisionTarget.Dockerfile,
            Programs = ["curl"], ImageBase = ImageBase.Debian });
        provisioner.Apply(plan);
        string variables = string.Empty;
        foreach (string step in string.Join('\n', plan.Lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            output.WriteLine(step.Length > 120 ? step[..120] : step);
            (string verb, string rest) = (step.Split(' ')[0], step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            switch (verb)
            {
                case "COPY":
                    string[] names = System.Text.Json.JsonSerializer.Deserialize<string[]>(rest)!;
                    machine.Demand("mkdir", "-p", root + names[1]);
                    machine.Demand("cp", "-rT", Path.Combine(made.Project, names[0]), root + names[1]);
                    break;
                case "ENV":
                    variables += $"export {rest}; ";
                    break;
                case "RUN":
                    machine.Demand("chroot", root, "/bin/sh", "-c", rest);
                    break;
                default:
                    Assert.Fail($"no such step: {step}");
                    break;
            }
        }

        // By its variable, and by the image's own store without it.
        Reach(made, machine, "chroot", root, "/bin/sh", "-c", variables + "exec curl -sS -o /dev/null \"$0\"");
        Reach(made, machine, "chroot", root, "/bin/sh", "-c", "exec curl -sS -o /dev/null \"$0\"");
    }

    private static void Reach(MadeMachine made, MountNamespace? machine, params string[] command)
    {
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false));
        Run(made, machine, [.. command, $"https://localhost:{server.Endpoint.Port}/"]);
        Assert.Equal(1, server.Requests);
    }

    private static string? Clients { get; } = System.Environment.GetEnvironmentVariable("TLSTRUST_CLIENTS");

    private static string Module(string path)
    {
        string? found = Clients is null ? null : Path.Combine(Clients, "node_modules", path);
        Assert.SkipUnless(File.Exists(found), $"TLSTRUST_CLIENTS has no {path}");
        return found!;
    }

    private static ProvisionPlan Plan(MadeMachine made, ProvisionTarget target, string? folder = null) =>
        new TrustProvisioner(made.Machine).Plan(MadeProvisioning.Request() with
        {
            Target = target,
            Programs = ["curl"],
            Destination = folder is null ? null : Path.Combine(made.Project, folder, "trust-bundle.pem"),
        });

    private static string Run(MadeMachine made, MountNamespace? machine, params string[] command)
    {
        Dictionary<string, string> variables = new() { ["HOME"] = made.Home, ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin",
            ["LANG"] = "C.UTF-8" };
        if (machine is not null)
        {
            (int code, string said) = machine.Run(variables, command);
            Assert.True(code == 0, $"{command[0]}: {said}");
            return said;
        }

        ChildResult? child = new LocalMachine(variables) { WorkingDirectory = made.Project }.Run(command[0], command[1..],
            TimeSpan.FromMinutes(2));
        Assert.True(child is { ExitCode: 0 }, $"{command[0]}: {child?.Error} {child?.Output}");
        return child!.Output;
    }
}
