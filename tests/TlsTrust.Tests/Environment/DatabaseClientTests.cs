using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// psql, the client of MariaDB and ldapsearch themselves, told to verify, against servers that speak their protocols up to TLS: each
/// accepts exactly when its predicted store has the CA.
/// </summary>
public sealed class DatabaseClientTests(ITestOutputHelper output)
{
    private const int SslRequest = 80877103; // PostgreSQL's protocol, "SSLRequest"

    [Theory]
    [InlineData("psql")]
    [InlineData("mysql")]
    [InlineData("ldap")]
    public void It_accepts_exactly_when_its_predicted_store_has_the_CA(string program)
    {
        using MadeMachine made = RealProgramTests.RealPrograms();
        ProgramFacts facts = ProgramCatalogue.Find(program)!;
        Assert.SkipUnless(new TrustInspector(made.Machine).Executable(facts) is not null
            && (program != "mysql" || made.Machine.FindExecutable("mariadb") is not null), $"{program} is not on this machine");
        using HttpsServer server = new(MadeMachine.Issued("localhost", MadeMachine.PrivateRoot, isAuthority: false))
        {
            Prelude = program switch { "psql" => PostgreSql, "mysql" => MySql, _ => null },
            Answer = program switch { "mysql" => AccessDenied, _ => "HTTP/1.1 404 Not Found\r\n\r\n"u8.ToArray() },
        };
        ConcurrentBag<string> wrong = [];
        (string Name, Action<Case> Make)[] cases = [.. Cases(program)];
        Parallel.For(0, cases.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
        {
            Case configured = new(made, i);
            cases[i].Make(configured);
            LocalMachine machine = new(new Dictionary<string, string>(made.Machine.Variables.Concat(configured.Variables)
                .GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value)) { ["HOME"] = configured.Home })
            {
                Root = made.Root,
                WorkingDirectory = configured.Home,
            };
            TrustInspector inspector = new(machine);
            EffectiveStore store = inspector.Effective(facts, TrustScope.Process, inspector.Executable(facts));
            bool predicted = store.FailsWith is null && store.Anchors.Contains(MadeMachine.Read(MadeMachine.PrivateRoot));
            ProbeAnswer answer = ProgramProbe.Ask(machine, program, server.Endpoint);
            output.WriteLine($"{cases[i].Name,-40} {answer.Check,-10} {answer.Detail}");
            if (answer.Check != (predicted ? ChangeCheck.Accepted : ChangeCheck.Refused))
            {
                wrong.Add($"{cases[i].Name}: predicted {predicted}, really {answer.Check} ({answer.Detail})");
            }
        });
        Assert.Empty(wrong);
    }

    private static IEnumerable<(string, Action<Case>)> Cases(string program) => program switch
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
        _ =>
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
    };

    private static async Task PostgreSql(Stream client)
    {
        byte[] request = new byte[8];
        await client.ReadExactlyAsync(request);
        Assert.Equal(SslRequest, BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(4)));
        await client.WriteAsync("S"u8.ToArray());
    }

    // A greeting of protocol 10 that offers TLS, and the client's request for it.
    private static async Task MySql(Stream client)
    {
        byte[] greeting =
        [
            10, .. Encoding.ASCII.GetBytes("5.7.0-made\0"), 1, 0, 0, 0, .. "12345678\0"u8, 0x00, 0x8a, 45, 2, 0, 0x08, 0x00, 21,
            .. new byte[10], .. "123456789012\0"u8, .. "mysql_native_password\0"u8,
        ];
        await client.WriteAsync((byte[])[(byte)greeting.Length, 0, 0, 0, .. greeting]);
        byte[] header = new byte[4];
        await client.ReadExactlyAsync(header);
        await client.ReadExactlyAsync(new byte[header[0]]);
    }

    private static byte[] AccessDenied { get; } = [.. new byte[] { 22, 0, 0, 3, 0xff, 0x15, 0x04 }, .. "#28000Access denied"u8];

    /// <summary>A home of its own, and files that settings can name.</summary>
    private sealed class Case
    {
        private readonly MadeMachine _made;
        private readonly string _name;

        public Case(MadeMachine made, int number)
        {
            _made = made;
            _name = $"root/homes/{number}";
            Home = Directory.CreateDirectory(Path.Combine(made.Folder, _name)).FullName;
            Ours = Write("ours.pem", OursText);
            Other = Write("other.pem", OtherText);
            Empty = Write("empty.pem", string.Empty);
            Text = Write("text.pem", "no certificate\n");
            Missing = Path.Combine(Home, "missing.pem");
            Hashed = Path.Combine(Home, "hashed");
            HashedDirectoryWriter.Write(Hashed, [MadeMachine.Read(MadeMachine.PrivateRoot)]);
        }

        public string Home { get; }

        public string Ours { get; }

        public string Other { get; }

        public string Empty { get; }

        public string Text { get; }

        public string Missing { get; }

        public string Hashed { get; }

        public string OursText { get; } = MadeMachine.Pem(MadeMachine.PrivateRoot);

        public string OtherText { get; } = MadeMachine.Pem(MadeMachine.OtherRoot);

        public Dictionary<string, string> Variables { get; } = [];

        public void Set(string name, string value) => Variables[name] = value;

        public string Write(string path, string content) => _made.Write($"{_name}/{path}", content);
    }
}
