using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// The system keychain of macOS, by security(1). Since macOS 11 an administrator is asked in a dialog even as root. Written after Apple's
/// manual, the source of its tool and mkcert's; untried. (mkcert takes only the trust back, and leaves the certificate there.)
/// </summary>
internal sealed class MacKeychainStore(IMachine machine) : ISystemStore
{
    private const string Security = "/usr/bin/security";
    private const string Keychain = "/Library/Keychains/System.keychain";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2); // somebody types a password

    // errSecNoTrustSettings and errSecItemNotFound, as security(1) prints them: somebody was faster.
    private static readonly string[] GoneAlready = ["No Trust Settings were found", "could not be found in the keychain"];

    /// <inheritdoc/>
    public string Id => Keychain;

    /// <inheritdoc/>
    public bool Holds(Certificate anchor) =>
        TrustStores.Default(new StoreView(machine)).Anchors.Any(stored => stored.Certificate.Equals(anchor));

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [.. anchors.Select(anchor => $"security add-trusted-cert -d -r trustRoot -k {Keychain} ({anchor.Subject})")];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors)
    {
        List<Certificate> trusted = [];
        foreach (Certificate anchor in anchors.Where(anchor => !Holds(anchor)))
        {
            bool wasThere = IsInKeychain(anchor);
            ChildResult? answer = Ask(anchor, "add-trusted-cert", "-d", "-r", "trustRoot", "-k", Keychain);
            if (answer is { ExitCode: 0 })
            {
                trusted.Add(anchor);
                continue;
            }

            // The tool puts the certificate into the keychain first, and leaves it there when the trust is refused.
            if (!wasThere)
            {
                Delete(anchor);
            }

            Withdraw(trusted);
            throw Refused("add-trusted-cert", answer);
        }
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors)
        {
            ChildResult? answer = Ask(anchor, "remove-trusted-cert", "-d");
            if (answer is not { ExitCode: 0 } && !GoneAlready.Any(words => answer?.Error.Contains(words, StringComparison.Ordinal) == true))
            {
                throw Refused("remove-trusted-cert", answer);
            }

            // What was trusted was put there too; without its trust it is clutter.
            Delete(anchor);
        }
    }

    private void Withdraw(List<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors)
        {
            _ = Ask(anchor, "remove-trusted-cert", "-d");
            Delete(anchor);
        }
    }

    // A certificate is "SHA-1 hash: 5F…" there, with -Z. Those of the name only: thirty certificates fill what is kept of a child's words.
    private bool IsInKeychain(Certificate anchor)
    {
        string[] named = anchor.Subject.CommonName is { Length: > 0 } name ? ["-c", name] : [];
        return machine.Run(Security, ["find-certificate", "-a", .. named, "-Z", Keychain], Limit) is { ExitCode: 0 } found
            && found.Output.Split('\n').Any(line => line.Trim().Equals($"SHA-1 hash: {anchor.Sha1}", StringComparison.OrdinalIgnoreCase));
    }

    private void Delete(Certificate anchor) => _ = machine.Run(Security, ["delete-certificate", "-Z", anchor.Sha1, Keychain], Limit);

    private ChildResult? Ask(Certificate anchor, params string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, anchor.ToPem());
            return machine.Run(Security, [.. arguments, file], Limit);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IOException Refused(string command, ChildResult? answer)
    {
        string[] said = answer?.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        string why = said.Length > 0 ? $" ({said[^1]})" : "";
        return new($"security {command} was refused{why}; on macOS 11 and later an administrator has to agree in a dialog, or a profile " +
            $"brings the CA.");
    }
}
