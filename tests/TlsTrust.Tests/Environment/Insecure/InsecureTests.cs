using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Repairs;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Tests.Environment.Insecure;

/// <summary>Seeds switched-off verification, finds every place with its line, undoes it, and compares every other byte.</summary>
public sealed class InsecureTests
{
    // In each seed the stretch between « and » is what has to go; behind a | stands what has to take its place.
    private static readonly (string Path, string Content)[] Seeds =
    [
        ("home/.gitconfig", "[user]\n\tname = A\n[http]\n«\tsslVerify = false\n»\tproxy = http://p\n[http " +
            "\"https://git.example\"]\n«\tsslVerify = 0 ; for now\n»"),
        ("root/etc/gitconfig", "# system\r\n[http]«sslVerify=no»\r\n[core]\r\n\tautocrlf = true\r\n"),
        ("project/.git/config", "[http]\n«  sslverify = \"off\"\n»[remote \"origin\"]\n  url = https://x"),
        ("home/.npmrc", "registry=https://r.example/\n//r.example/:_authToken=secret=\n«strict-ssl=false\n»cafile=/" +
            "ca.pem\n«strict-ssl = false ; for now\n»#strict-ssl=false\nemail=\"a;b\"\n"),
        ("home/.yarnrc.yml", "nodeLinker: node-modules\n«enableStrictSsl: false # why\n»plugins:\n  - path: x\n"),
        ("home/.config/pip/pip.conf",
            "[global]\nindex-url = https://i.example\n«trusted-host =\n    a.example\n    b.example\n»timeout = 60\n"),
        ("home/.condarc", "channels:\n  - defaults\n«ssl_verify: false\n»auto_activate_base: true\n"),
        ("home/.curlrc", "# mine\n«insecure\n»user-agent = \"x\"\n-s«|k»L\n"),
        ("home/.wgetrc", "«Check-Certificate = OFF\n»tries = 3"),
        ("home/.cargo/config.toml", "[net]\nretry = 2\n[http]\n«check-revoke = false # slow\n»timeout = 30\n"),
        ("home/.gemrc", "---\n:sources:\n- https://rubygems.org\n«:ssl_verify_mode: 0\n»:verbose: true\n"),
        ("home/.bundle/config", "---\nBUNDLE_PATH: \"vendor\"\n«BUNDLE_SSL_VERIFY_MODE: \"none\"\n»"),
        ("home/.gradle/gradle.properties", "org.gradle.jvmargs=-Xmx2g« -Dmaven.wagon.http.ssl.insecure=true» -Dfile.encoding=UTF-8\n"),
        ("project/.mvn/maven.config", "-T 2« -Dmaven.wagon.http.ssl.insecure=true»\n"),
        ("root/etc/docker/daemon.json", "{\n  \"log-level\": \"warn\",\n  \"insecure-registries\": «[\"r.example:5000\",\n    " +
            "\"10.0.0.0/8\"]|[]»,\n  \"debug\": false\n}\n"),
        ("home/.config/Code/User/settings.json",
            "{\n  // comment\n  \"http.proxyStrictSSL\": «false|true»,\n  \"editor.tabSize\": 2,\n}\n"),
        ("home/.nuget/NuGet/NuGet.Config", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<configuration>\n  <packageSources>\n    <add " +
            "key=\"x\" value=\"https://n.example/v3/index.json\"« disableTLSCertificateValidation=\"true\"» />\n  " +
            "</packageSources>\n</configuration>\n"),
        ("home/.kube/config",
            "apiVersion: v1\nclusters:\n- cluster:\n«    insecure-skip-tls-verify: true\n»    server: https://k.example:6443\n  name: k\n"),
        ("home/.aws/config", "[default]\nregion = eu-west-1\n«ca_bundle =\n»[profile x]\noutput = json\n"),
        ("home/.config/gcloud/properties", "[core]\nproject = p\n[auth]\n«disable_ssl_validation = true\n»"),
        ("home/.profile", "PATH=\"$HOME/bin:$PATH\"\n«export NODE_TLS_REJECT_UNAUTHORIZED=0\n»if [ -n \"$X\" ]; then\n  «export " +
            "GIT_SSL_NO_VERIFY=1|:»\nfi\nexport A=1« PYTHONHTTPSVERIFY=0» B=2\n"),
        ("home/.bash_profile", "umask 022; «export GIT_SSL_NO_VERIFY=1|:»; «PYTHONHTTPSVERIFY=0|:» && A='; export " +
            "NODE_TLS_REJECT_UNAUTHORIZED=0' # ; export GIT_SSL_NO_VERIFY=1\nif true; then «export NODE_TLS_REJECT_UNAUTHORIZED=0|:»; " +
            "fi\n"),
        ("root/etc/environment", "LANG=C.UTF-8\n«PIP_TRUSTED_HOST=\"a.example\"\n»"),
        ("home/.config/environment.d/10-x.conf", "«CONDA_SSL_VERIFY=false\n»TZ=UTC\n"),
        ("home/.config/fish/config.fish", "«set -gx NODE_TLS_REJECT_UNAUTHORIZED 0\n»set -gx EDITOR vi\n"),
        ("home/.config/powershell/profile.ps1", "Set-Alias x y\n«$env:NODE_TLS_REJECT_UNAUTHORIZED = " +
            "'0'\n»«$PSDefaultParameterValues['*:SkipCertificateCheck'] = $true\n»function f {}\n"),
        ("home/.hex/hex.config", "{offline,false}.\n«{unsafe_https,true}.\n»"),
    ];

    [Fact]
    public void Every_seeded_setting_is_found_with_its_line_and_undone_with_nothing_else_changed()
    {
        using MadeMachine made = new();
        int expected = 0;
        (string Path, string Content)[] seeds =
            [.. Seeds.Select(seed => (Path: MadeMachine.Place(seed.Path)!, seed.Content)).Where(seed => seed.Path is not null)];
        foreach ((string path, string content) in seeds)
        {
            made.Write(path, Seeded(content));
            expected += content.Count(c => c == '«');
        }

        made.WithVariables(new()
        {
            ["NODE_TLS_REJECT_UNAUTHORIZED"] = "0", ["GIT_SSL_NO_VERIFY"] = "", ["AWS_CA_BUNDLE"] = "", ["BUNDLE_SSL_VERIFY_MODE"] = "peer",
                ["VAULT_SKIP_VERIFY"] = "true",
            ["MAVEN_OPTS"] = "-Xmx1g -Dmaven.wagon.http.ssl.insecure=true -Dmaven.wagon.http.ssl.allowall=true",
                ["AZURE_CLI_DISABLE_CONNECTION_VERIFICATION"] = "false",
            ["GIT_CONFIG_COUNT"] = "1", ["GIT_CONFIG_KEY_0"] = "http.sslVerify", ["GIT_CONFIG_VALUE_0"] = "false",
                ["PERL_LWP_SSL_VERIFY_HOSTNAME"] = "",
        });
        IReadOnlyList<InsecureSetting> found = InsecureScan.Find(made.Machine);
        foreach ((string path, string content) in seeds)
        {
            int[] lines =
                [.. content.Select((c, at) => (c, at)).Where(pair => pair.c == '«')
                    .Select(pair => 1 + content.AsSpan(0, pair.at).Count('\n'))];
            Assert.Equal(lines,
                found.Where(setting => setting.File == Path.GetFullPath(Path.Combine(made.Folder, path)))
                    .Select(setting => setting.Line).Order());
        }

        Assert.Equal(expected, found.Count(setting => setting.File is not null));
        Assert.Equal(9, found.Count(setting => setting.File is null));
        Assert.All(found, setting => Assert.NotEmpty(setting.Undo));

        SortedDictionary<string, string> before = made.Snapshot();
        Assert.Equal(found.Count, InsecureRepair.Undo(made.Machine, found, apply: false).Count());
        Assert.Equal(before, made.Snapshot());
        Assert.Equal("0", made.Machine.Variables["NODE_TLS_REJECT_UNAUTHORIZED"]);

        Dictionary<string, string> variables = new(made.Machine.Variables);
        TrustRepair repair = new(made.Machine);
        Assert.All(repair.Repair(found, apply: true).ToArray(), change =>
            Assert.True(change.Verified == ChangeCheck.ReadBack, $"{change.File}:{change.Line} {change}"));
        foreach ((string path, string content) in seeds)
        {
            Assert.Equal(Repaired(content), File.ReadAllText(Path.Combine(made.Folder, path)));
        }

        Assert.Empty(InsecureScan.Find(made.Machine));
        Assert.False(made.Machine.Variables.ContainsKey("NODE_TLS_REJECT_UNAUTHORIZED")); // deleted, not blanked
        Assert.Equal("-Xmx1g", made.Machine.Variables["MAVEN_OPTS"]);
        Assert.Equal("true", made.Machine.Variables["GIT_CONFIG_VALUE_0"]);

        TrustEnvironmentChange[] planned = [.. TrustRepair.Scopes.SelectMany(scope => repair.PutBack(scope, apply: false))];
        TrustEnvironmentChange[] put = [.. TrustRepair.Scopes.SelectMany(scope => repair.PutBack(scope, apply: true))];
        Assert.Equal(planned.Select(change => change.Effect), put.Select(change => change.Effect));
        Assert.All(put, change => Assert.Equal(ChangeCheck.ReadBack, change.Verified));
        Assert.Equal(before, made.Snapshot());
        Assert.Equal(variables.OrderBy(variable => variable.Key), made.Machine.Variables.OrderBy(variable => variable.Key));
        Assert.All(TrustRepair.Scopes, scope => Assert.Empty(repair.PutBack(scope, apply: true)));
    }

    [Fact]
    public void What_was_edited_away_meanwhile_is_left_alone()
    {
        using MadeMachine made = new();
        string path = made.Write("home/.wgetrc", "check_certificate = off\n");
        IReadOnlyList<InsecureSetting> found = InsecureScan.Find(made.Machine);
        made.Write("home/.wgetrc", "tries = 9\n");
        TrustEnvironmentChange change = Assert.Single(InsecureRepair.Undo(made.Machine, found, apply: true));
        Assert.False(change.IsChange && change.After is not null);
        Assert.Equal("tries = 9\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("NODE_TLS_REJECT_UNAUTHORIZED", "false", false)] // only exactly "0"
    [InlineData("NODE_TLS_REJECT_UNAUTHORIZED", "", false)]
    [InlineData("GIT_SSL_NO_VERIFY", "0", true)] // its presence counts
    [InlineData("BUNDLE_SSL_VERIFY_MODE", "1", false)]
    [InlineData("BUNDLE_SSL_VERIFY_MODE", "true", true)]
    [InlineData("npm_config_strict_ssl", "0", false)]
    [InlineData("npm_config_strict_ssl", "false", true)]
    [InlineData("CURL_CA_BUNDLE", "", true)]
    [InlineData("CURL_CA_BUNDLE", "/x.pem", false)]
    [InlineData("VAULT_SKIP_VERIFY", "yes", false)] // an error in Vault, not a switch
    public void Values_count_as_the_program_reads_them(string name, string value, bool expected)
    {
        using MadeMachine made = new();
        Assert.Equal(expected, InsecureScan.Find(made.WithVariables(new() { [name] = value })).Any(setting => setting.Setting == name));
    }

    [Fact]
    public void A_file_that_git_includes_is_looked_into()
    {
        using MadeMachine made = new();
        made.Write("home/.gitconfig", "[includeIf \"gitdir:~/work/\"]\n\tpath = work.inc\n[include]\n\tpath = ~/.gitconfig\n");
        string included = made.Write("home/work.inc", "[http]\n\n\tsslVerify = false\n");
        InsecureSetting setting = Assert.Single(InsecureScan.Find(made.Machine, [ProgramCatalogue.Find("git")!]));
        Assert.Equal((included, 3), (setting.File, setting.Line));
    }

    [Fact]
    public void An_export_that_loses_all_its_names_goes_whole()
    {
        // `export` alone prints the environment, with its secrets, at every login.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "variables are in the registry, not in files of shells");
        using MadeMachine made = new();
        string profile = made.Write("home/.profile", "umask 022\n  export NODE_TLS_REJECT_UNAUTHORIZED=0 PYTHONHTTPSVERIFY=0 # for now\n");
        Assert.All(InsecureRepair.Undo(made.Machine, InsecureScan.Find(made.Machine), apply: true).ToArray(), change =>
            Assert.Equal(ChangeCheck.ReadBack, change.Verified));
        Assert.Equal("umask 022\n  : # for now\n", File.ReadAllText(profile));
    }

    private static string Seeded(string content) =>
        System.Text.RegularExpressions.Regex.Replace(content, "«\\|([^»]*)»|«([^»|]*)(\\|[^»]*)?»", "$1$2");

    private static string Repaired(string content) =>
        System.Text.RegularExpressions.Regex.Replace(content, "«\\|[^»]*»|«[^»|]*(?:\\|([^»]*))?»", "$1");
}
