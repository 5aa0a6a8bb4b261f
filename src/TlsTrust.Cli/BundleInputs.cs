using System.CommandLine;
using System.Globalization;
using TlsTrust.Bundles;
using TlsTrust.Pem;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary>What lint and repair are told alike, and how both print.</summary>
internal sealed class BundleInputs
{
    private readonly Argument<string[]> _files = new("file") { Description = "PEM files or folders with such; other forms of certificate files are read as well", Arity = ArgumentArity.OneOrMore };
    private readonly Option<PemBundleKind> _kind = new("--kind") { Description = "Auto, Server (certificate, issuers in order, perhaps the key) or Trust (CA certificates)" };
    private readonly Option<string?> _key = new("--key") { Description = "File with the server's private key; it tells which certificate is the server's, and is written nowhere" };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "File whose first line is the password of keys and containers" };
    private readonly Option<bool> _includeRoot = new("--include-root") { Description = "Keep the root at the end of a server file" };
    private readonly Option<bool> _removeExpired = new("--remove-expired") { Description = "Leave expired certificates out of a trust bundle" };
    private readonly Option<LineEnding?> _lineEnding = new("--line-ending") { Description = "Lf, CrLf or AsIs; by default LF in what is rewritten anyway" };
    private readonly Option<string?> _at = new("--at") { Description = "Time to judge at (ISO 8601, UTC); by default now" };

    /// <summary>Print JSON.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "One JSON array" };

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_files);
        foreach (Option option in (Option[])[_kind, _key, _passwordFile, _includeRoot, _removeExpired, _lineEnding, _at, Json])
        {
            command.Add(option);
        }
    }

    /// <summary>The files that were named; null, and a word on standard error, where one is not there or a folder can't be listed.</summary>
    public IReadOnlyList<string>? Files(ParseResult parsed)
    {
        string[] named = parsed.GetValue(_files)!;
        string[] absent = [.. named.Where(f => !File.Exists(f) && !Directory.Exists(f))];
        foreach (string file in absent)
        {
            Console.Error.WriteLine($"tlstrust: there is no file or folder '{file}'");
        }

        List<string> files = [];
        return absent.Length == 0 && TryRead(() => files.AddRange(named.SelectMany(FilesOf))) ? files : null;
    }

    /// <summary>How files are judged; null, and a word on standard error, where the time, the key or the password can't be read.</summary>
    public BundleRepairOptions? Options(ParseResult parsed, TrustStore store)
    {
        BundleRepairOptions? options = null;
        return CertificateInput.TryTime(parsed.GetValue(_at), out DateTime? at) && TryRead(() => options = new()
        {
            Kind = parsed.GetValue(_kind),
            Key = parsed.GetValue(_key) is { } key ? (ReadOnlyMemory<byte>?)CertificateFile.ReadBytes(key) : null,
            Password = parsed.GetValue(_passwordFile) is { } file ? File.ReadLines(file).FirstOrDefault() : null,
            IncludeRoot = parsed.GetValue(_includeRoot),
            RemoveExpired = parsed.GetValue(_removeExpired),
            LineEnding = parsed.GetValue(_lineEnding),
            Anchors = new([.. PublicRootSet.BuiltIn.Roots, .. store.Anchors.Select(anchor => anchor.Certificate)]),
            At = at ?? DateTime.UtcNow,
        }) ? options : null;
    }

    private static string[] FilesOf(string path)
    {
        string[] files = [.. BundleFiles.Of(path)];
        return files.Length > 0 ? files : throw new FileNotFoundException($"there is no certificate file in the folder '{path}': name the files, or one with {BundleFiles.Names}");
    }

    private static bool TryRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tlstrust: {fault.Message}");
            return false;
        }
    }

    /// <summary>A report for a terminal or a log.</summary>
    public static void Print(TextWriter output, PemRepairReport report)
    {
        output.WriteLine(report.Summary);
        output.WriteLine($"  {report.Kind}: {report.KindReason}{(report.KeyMatches is { } fits ? fits ? "; the private key fits" : "; the private key does NOT fit" : "")}");
        Print(output, report.Written ? "mended" : "to mend", report.Changes);
        Print(output, "not readable", report.Unrecovered);
        Print(output, "note", report.Notes);
        if (report.Backup is not null)
        {
            output.WriteLine($"  backup: {report.Backup}");
        }
    }

    private static void Print(TextWriter output, string title, IReadOnlyList<PemChange> changes)
    {
        foreach (PemChange change in changes)
        {
            string place = change.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $" {change.Line}:{change.Column}") : "";
            output.WriteLine($"  {title}{place} {change.What}: {change.Why}");
            foreach (string client in change.Clients)
            {
                output.WriteLine($"      {client}");
            }
        }
    }
}
