using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// A database of NSS: Chromium's in the home, and one for each profile of Firefox. certutil writes it by SQLite, which is whole after a
/// crash.
/// </summary>
internal sealed class NssStore(IMachine machine, string folder, string certutil) : ISystemStore
{
    private const string Prefix = "nss:";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Places =
    [
        "~/.pki/nssdb", "~/.mozilla/firefox/*", "~/snap/chromium/current/.pki/nssdb", "~/snap/firefox/common/.mozilla/firefox/*",
            "~/.var/app/org.mozilla.firefox/.mozilla/firefox/*",
        "~/.var/app/org.chromium.Chromium/.pki/nssdb", "~/Library/Application Support/Firefox/Profiles/*",
    ];

    /// <inheritdoc/>
    public string Id => Prefix + folder;

    /// <summary>The user's databases that are there.</summary>
    public static IEnumerable<NssStore> Find(IMachine machine) =>
        machine.Platform != StorePlatform.Windows && SystemTool.Find(machine, "certutil") is { } certutil
        ? Places.SelectMany(machine.Expand).Where(folder => File.Exists(Path.Combine(folder, "cert9.db")))
            .Select(folder => new NssStore(machine, folder, certutil))
        : [];

    /// <summary>The store of an id; null for another kind's.</summary>
    public static NssStore? Open(IMachine machine, string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && SystemTool.Find(machine, "certutil") is { } certutil
            ? new NssStore(machine, id[Prefix.Length..], certutil) : null;

    /// <inheritdoc/>
    public bool Holds(Certificate anchor)
    {
        if (machine.Run(certutil, ["-L", "-d", "sql:" + folder], Limit) is not { ExitCode: 0 } answer)
        {
            return false;
        }

        // A line is a name and, behind blanks, the trust in it: C is "issues for servers".
        foreach (string line in answer.Output.Split('\n'))
        {
            int trust = line.TrimEnd().LastIndexOf(' ');
            if (trust > 0 && line[trust..].Trim().Split(',') is [{ } servers, _, _] && servers.Contains('C', StringComparison.Ordinal)
                && machine.Run(certutil, ["-L", "-d", "sql:" + folder, "-n", line[..trust].Trim(), "-a"], Limit) is { ExitCode: 0 } one
                && CertificateFiles.PemDocument.Read(Encoding.ASCII.GetBytes(one.Output)).Certificates.Any(located =>
                    located.Certificate.Equals(anchor)))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [Path.Combine(folder, "cert9.db"), .. anchors.Select(anchor => $"certutil -A -d sql:{folder} -n {OwnName.Of(anchor)} -t C,,")];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors)
        {
            string file = Path.GetTempFileName();
            try
            {
                File.WriteAllText(file, anchor.ToPem());
                if (machine.Run(certutil, ["-A", "-d", "sql:" + folder, "-n", OwnName.Of(anchor), "-t", "C,,", "-a", "-i", file],
                    Limit) is not { ExitCode: 0 })
                {
                    throw new IOException($"certutil could not add to '{folder}'; the browser may be running with it.");
                }
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors.Where(_ => Directory.Exists(folder)))
        {
            // Not there any more is as good.
            _ = machine.Run(certutil, ["-D", "-d", "sql:" + folder, "-n", OwnName.Of(anchor)], Limit);
        }
    }
}
