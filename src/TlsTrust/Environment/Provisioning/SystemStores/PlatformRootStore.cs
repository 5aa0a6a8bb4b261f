using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// LocalMachine\Root of Windows. (CurrentUser\Root asks in a dialog, which blocks where nobody answers, and is left alone.) Written after
/// the documentation, untried on a real Windows.
/// </summary>
internal sealed class WindowsRootStore : ISystemStore
{
    /// <inheritdoc/>
    public string Id => @"LocalMachine\Root";

    /// <inheritdoc/>
    public bool Holds(Certificate anchor)
    {
        using X509Store store = new(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return store.Certificates.Any(found => found.RawDataMemory.Span.SequenceEqual(anchor.RawData.Span));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [.. anchors.Select(anchor => $@"LocalMachine\Root: add {anchor.Subject} ({anchor.Sha256})")];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors) => Change(anchors, (store, certificate) => store.Add(certificate));

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors) => Change(anchors, (store, certificate) => store.Remove(certificate));

    private static void Change(IReadOnlyList<Certificate> anchors, Action<X509Store, X509Certificate2> change)
    {
        try
        {
            using X509Store store = new(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadWrite);
            foreach (Certificate anchor in anchors)
            {
                using X509Certificate2 certificate = new(anchor.RawData.Span);
                change(store, certificate);
            }
        }
        catch (System.Security.Cryptography.CryptographicException fault)
        {
            throw new IOException($@"LocalMachine\Root can't be changed: {fault.Message}", fault);
        }
    }
}

/// <summary>
/// The system keychain of macOS, by security(1). Since macOS 11 an administrator is asked in a dialog even as root. Written after Apple's
/// manual and mkcert's source, untried. (mkcert takes only the trust back, and leaves the certificate in the keychain.)
/// </summary>
internal sealed class MacKeychainStore(IMachine machine) : ISystemStore
{
    private const string Security = "/usr/bin/security";
    private const string Keychain = "/Library/Keychains/System.keychain";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2); // somebody types a password

    /// <inheritdoc/>
    public string Id => Keychain;

    /// <inheritdoc/>
    public bool Holds(Certificate anchor) =>
        TrustStores.Default(new StoreView(machine)).Anchors.Any(stored => stored.Certificate.Equals(anchor));

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [.. anchors.Select(anchor => $"security add-trusted-cert -d -r trustRoot -k {Keychain} ({anchor.Subject})")];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors) => Run(anchors, "add-trusted-cert", "-d", "-r", "trustRoot", "-k", Keychain);

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors)
    {
        Run(anchors, "remove-trusted-cert", "-d");
        foreach (Certificate anchor in anchors)
        {
            // What was trusted was put there too; without its trust it is clutter, and already gone where somebody was faster.
            _ = machine.Run(Security, ["delete-certificate", "-Z", anchor.Sha1, Keychain], Limit);
        }
    }

    private void Run(IReadOnlyList<Certificate> anchors, params string[] arguments)
    {
        foreach (Certificate anchor in anchors)
        {
            string file = Path.GetTempFileName();
            try
            {
                File.WriteAllText(file, anchor.ToPem());
                if (machine.Run(Security, [.. arguments, file], Limit) is not { ExitCode: 0 })
                {
                    throw new IOException($"security {arguments[0]} was refused; on macOS 11 and later an administrator has to agree in " +
                        $"a dialog, or a profile brings the CA.");
                }
            }
            finally
            {
                File.Delete(file);
            }
        }
    }
}
