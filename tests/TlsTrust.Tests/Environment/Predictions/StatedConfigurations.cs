using System.Text;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>Configurations of programs whose servers speak more than HTTPS, or that choose among several.</summary>
internal static class StatedConfigurations
{
    public static IEnumerable<(string Name, Action<StatedCase> Make)> Of(string program) => program switch
    {
        "psql" =>
        [
            ("nothing", _ => { }), ("its variable", c => c.Set("PGSSLROOTCERT", c.Ours)),
            ("another's", c => c.Set("PGSSLROOTCERT", c.Other)),
            ("missing", c => c.Set("PGSSLROOTCERT", c.Missing)), ("empty file", c => c.Set("PGSSLROOTCERT", c.Empty)),
            ("no PEM", c => c.Set("PGSSLROOTCERT", c.Text)), ("empty value", c => c.Set("PGSSLROOTCERT", string.Empty)),
            ("file of the home", c => c.Write(".postgresql/root.crt", c.OursText)),
            ("another's in the home", c => c.Write(".postgresql/root.crt", c.OtherText)),
            ("variable before the home", c => { c.Write(".postgresql/root.crt", c.OtherText); c.Set("PGSSLROOTCERT", c.Ours); }),
            ("variable before the home, other way", c => { c.Write(".postgresql/root.crt", c.OursText); c.Set("PGSSLROOTCERT", c.Other); }),
            ("OpenSSL's variable", c => c.Set("SSL_CERT_FILE", c.Ours)),
        ],
        "mysql" =>
        [
            ("nothing", _ => { }), ("OpenSSL's variable", c => c.Set("SSL_CERT_FILE", c.Ours)),
            ("OpenSSL's folder", c => c.Set("SSL_CERT_DIR", c.Hashed)),
            ("[client]", c => c.Write(".my.cnf", $"[client]\nssl-ca={c.Ours}\n")),
            ("[client] underscore", c => c.Write(".my.cnf", $"[client]\nssl_ca = {c.Ours}\n")),
            ("[mysql]", c => c.Write(".my.cnf", $"[mysql]\nssl-ca={c.Ours}\n")),
            ("[mysqldump]", c => c.Write(".my.cnf", $"[mysqldump]\nssl-ca={c.Ours}\n")),
            ("another's before the variable", c =>
            { c.Write(".my.cnf", $"[client]\nssl-ca={c.Other}\n"); c.Set("SSL_CERT_FILE", c.Ours); }),
            ("ours before the variable", c => { c.Write(".my.cnf", $"[client]\nssl-ca={c.Ours}\n"); c.Set("SSL_CERT_FILE", c.Other); }),
            ("the last counts", c => c.Write(".my.cnf", $"[client]\nssl-ca={c.Other}\n[mysql]\nssl-ca={c.Ours}\n")),
            ("the last counts, other way", c => c.Write(".my.cnf", $"[mysql]\nssl-ca={c.Ours}\n[client]\nssl-ca={c.Other}\n")),
            ("missing", c => c.Write(".my.cnf", $"[client]\nssl-ca={c.Missing}\n")),
            ("empty file", c => c.Write(".my.cnf", $"[client]\nssl-ca={c.Empty}\n")),
            ("no PEM", c => c.Write(".my.cnf", $"[client]\nssl-ca={c.Text}\n")),
        ],
        "ldap" =>
        [
            ("nothing", _ => { }), ("its variable", c => c.Set("LDAPTLS_CACERT", c.Ours)),
            ("another's", c => c.Set("LDAPTLS_CACERT", c.Other)),
            ("missing", c => c.Set("LDAPTLS_CACERT", c.Missing)), ("empty file", c => c.Set("LDAPTLS_CACERT", c.Empty)),
            ("no PEM", c => c.Set("LDAPTLS_CACERT", c.Text)),
            ("file of the home", c => c.Write(".ldaprc", $"TLS_CACERT {c.Ours}\n")),
            ("file of the folder", c => c.Write("ldaprc", $"TLS_CACERT\t{c.Ours}\n")),
            ("another's in the home, ours by variable", c =>
            { c.Write(".ldaprc", $"TLS_CACERT {c.Other}\n"); c.Set("LDAPTLS_CACERT", c.Ours); }),
            ("ours in the home, another's by variable", c =>
            { c.Write(".ldaprc", $"TLS_CACERT {c.Ours}\n"); c.Set("LDAPTLS_CACERT", c.Other); }),
            ("a folder besides", c => { c.Set("LDAPTLS_CACERT", c.Other); c.Set("LDAPTLS_CACERTDIR", c.Hashed); }),
            ("an option that is commented out", c => c.Write(".ldaprc", $"#TLS_CACERT {c.Ours}\n")),
            ("OpenSSL's variable", c => c.Set("SSL_CERT_FILE", c.Ours)),
        ],
        "freetds" =>
        [
            ("ours", c => Tds(c, $"ca file = {c.Ours}")), ("another's", c => Tds(c, $"ca file = {c.Other}")),
            ("missing", c => Tds(c, $"ca file = {c.Missing}")), ("empty file", c => Tds(c, $"ca file = {c.Empty}")),
            ("no PEM", c => Tds(c, $"ca file = {c.Text}")), ("the last counts", c => Tds(c, $"ca file = {c.Other}\n\tca file = {c.Ours}")),
            ("without its host name", c => Tds(c, $"ca file = {c.Ours}\n\tcheck certificate hostname = no")),
            ("another's, without its host name", c => Tds(c, $"ca file = {c.Other}\n\tcheck certificate hostname = no")),
        ],
        "kubectl" =>
        [
            ("nothing", _ => { }), ("Go's variable", c => c.Set("SSL_CERT_FILE", c.Ours)),
            ("the current cluster", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority: {c.Ours}"))),
            ("the current cluster, another's", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority: {c.Other}"))),
            ("missing", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority: {c.Missing}"))),
            ("inside", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority-data: {Base64(c.OursText)}"))),
            ("inside, another's", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority-data: {Base64(c.OtherText)}"))),
            ("inside, before Go's variable", c =>
            {
                Kube(c, "one", Cluster("one", c.Url, $"certificate-authority-data: {Base64(c.OtherText)}"));
                c.Set("SSL_CERT_FILE", c.Ours);
            }),
            ("the second of two", c => Kube(c, "two", Cluster("one", "https://localhost:1", $"certificate-authority: {c.Other}")
                + Cluster("two", c.Url, $"certificate-authority: {c.Ours}"))),
            ("the first of two", c => Kube(c, "one", Cluster("one", c.Url, $"certificate-authority: {c.Other}")
                + Cluster("two", "https://localhost:1", $"certificate-authority: {c.Ours}"))),
            ("its address before the current context", c =>
                Kube(c, "one", Cluster("one", "https://localhost:1", $"certificate-authority: {c.Ours}")
                    + Cluster("two", c.Url, $"certificate-authority: {c.Other}"))),
            ("no cluster of that address", c => Kube(c, "one", Cluster("one", "https://localhost:1", $"certificate-authority: {c.Ours}"))),
            ("no current context", c => Kube(c, null, Cluster("one", "https://localhost:1", $"certificate-authority: {c.Ours}"))),
            ("no cluster's CA, Go's variable", c => { Kube(c, "one", Cluster("one", c.Url)); c.Set("SSL_CERT_FILE", c.Ours); }),
            ("switched off", c => Kube(c, "one", Cluster("one", c.Url, "insecure-skip-tls-verify: true"))),
            ("switched off beside a CA", c => Kube(c, "one", Cluster("one", c.Url, "insecure-skip-tls-verify: true",
                $"certificate-authority: {c.Ours}"))),
            ("switched off beside a CA inside", c => Kube(c, "one", Cluster("one", c.Url, "insecure-skip-tls-verify: true",
                $"certificate-authority-data: {Base64(c.OursText)}"))),
            ("switched off beside no CA", c => Kube(c, "one", Cluster("one", c.Url, "insecure-skip-tls-verify: true",
                "certificate-authority: \"\""))),
            ("not switched off beside a CA", c => Kube(c, "one", Cluster("one", c.Url, "insecure-skip-tls-verify: false",
                $"certificate-authority: {c.Ours}"))),
            ("switched off for another", c => Kube(c, "two", Cluster("one", "https://localhost:1", "insecure-skip-tls-verify: true")
                + Cluster("two", c.Url))),
            ("the name behind, a list inside", c => Kube(c, "one", "- cluster:\n    extensions:\n    - extension:\n        provider: x\n"
                + $"      name: cluster_info\n    server: {c.Url}\n    certificate-authority: {c.Ours}\n  name: one\n")),
            ("a list of files", c =>
            {
                string context = c.Write("context", KubeText("one", ""));
                string clusters = c.Write("clusters", KubeText(null, Cluster("one", c.Url, $"certificate-authority: {c.Ours}")));
                c.Set("KUBECONFIG", $"{context}:{clusters}");
            }),
            ("two of a name: the first", c =>
            {
                string first = c.Write("first", KubeText("one", Cluster("one", c.Url, $"certificate-authority: {c.Other}")));
                string second = c.Write("second", KubeText("one", Cluster("one", c.Url, $"certificate-authority: {c.Ours}")));
                c.Set("KUBECONFIG", $"{first}:{second}");
            }),
            ("the file of the home", c =>
                c.Write(".kube/config", KubeText("one", Cluster("one", c.Url, $"certificate-authority: {c.Ours}")))),
        ],
        _ => [],
    };

    private static void Tds(StatedCase made, string lines) =>
        made.Set("FREETDSCONF", made.Write("freetds.conf", $"[global]\n\t{lines}\n"));

    private static void Kube(StatedCase made, string? context, string clusters) =>
        made.Set("KUBECONFIG", made.Write("config", KubeText(context, clusters)));

    private static string Cluster(string name, string server, params string[] more) =>
        $"- name: {name}\n  cluster:\n    server: {server}\n{string.Concat(more.Select(line => $"    {line}\n"))}";

    private static string KubeText(string? context, string clusters) =>
        $"apiVersion: v1\nkind: Config\n{(clusters.Length == 0 ? "" : $"clusters:\n{clusters}")}"
        + (context is null ? "" : "contexts:\n" + string.Concat(new[] { "one", "two" }
            .Select(name => $"- name: {name}\n  context:\n    cluster: {name}\n    user: u\n")) + $"current-context: {context}\n")
        + "users:\n- name: u\n  user:\n    token: x\n";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
