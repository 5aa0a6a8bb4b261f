using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// LocalMachine\Root of Windows. (CurrentUser\Root asks in a dialog, which blocks where nobody answers, and is left alone.) Seen under
/// Wine, never on a real Windows.
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
