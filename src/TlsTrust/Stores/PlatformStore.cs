using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Stores;

/// <summary>
/// The certificate stores that .NET knows. Windows and macOS are written from their documentation and were not run; on Linux they are
/// folders in the user's profile.
/// </summary>
internal static class PlatformStore
{
    private static readonly string[] Stores = ["Root", "CA", "AuthRoot", "My", "TrustedPeople", "Disallowed"];

    internal static IReadOnlyList<string> Names(StorePlatform platform) =>
        ["Default", .. from location in Enum.GetNames<StoreLocation>() from store in Stores where platform == StorePlatform.Windows
            || store != "AuthRoot" select $"{location}\\{store}"];

    /// <summary>
    /// The system's anchors: roots of user and machine without the disallowed ones. (.NET on macOS leaves out of Root what the trust
    /// settings deny, and shows denied certificates as Disallowed.)
    /// </summary>
    internal static TrustStore ReadDefault(StorePlatform platform)
    {
        StorePart part = new();
        foreach (StoreLocation location in Enum.GetValues<StoreLocation>())
        {
            // AuthRoot holds the roots of Microsoft's program that are already on this machine; others come when they are first needed.
            foreach (string store in platform == StorePlatform.Windows ? new[] { "Root", "AuthRoot" } : ["Root"])
            {
                part.Add(Read(location, store));
            }

            StorePart disallowed = Read(location, "Disallowed");
            part.Distrusted.AddRange(disallowed.Anchors);
        }

        // One location without a store is no fault while another has anchors.
        if (part.Anchors.Count > 0)
        {
            part.Faults.Clear();
        }

        return part.ToStore(platform == StorePlatform.Windows ? "Windows certificate stores" : "macOS keychains");
    }

    internal static TrustStore? Open(string name, StorePlatform platform) =>
        Find(name, platform) is var (location, store) ? Read(location, store).ToStore($"{location}\\{store}") : null;

    internal static bool Exists(string name, StorePlatform platform)
    {
        if (Find(name, platform) is not var (location, store))
        {
            return false;
        }

        try
        {
            using X509Store opened = new(store, location, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return true;
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static (StoreLocation Location, string Store)? Find(string name, StorePlatform platform)
    {
        string[] parts = name.Replace("Cert:", "", StringComparison.OrdinalIgnoreCase).TrimStart('\\', '/').Split('\\', '/');
        return parts.Length == 2 && Enum.TryParse(parts[0], ignoreCase: true, out StoreLocation location) && !char.IsDigit(parts[0][0])
            && Names(platform)
                .FirstOrDefault(known => known.Equals($"{location}\\{parts[1]}", StringComparison.OrdinalIgnoreCase)) is { } found
            ? (location, found.Split('\\')[1])
            : null;
    }

    private static StorePart Read(StoreLocation location, string name)
    {
        string title = $"{location}\\{name}";
        StorePart part = new();
        try
        {
            using X509Store store = new(name, location, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            foreach (X509Certificate2 item in store.Certificates)
            {
                using (item)
                {
                    if (Certificate.TryParse(item.RawData, out Certificate? certificate, out DerFault? fault))
                    {
                        part.Anchors.Add(new(certificate, new CertificateOrigin { Kind = CertificateOriginKind.Store, Location = title }));
                    }
                    else
                    {
                        part.Faults.Add(new() { Path = title, Reason = fault.ToString(), Severity = Severity.Warning });
                    }
                }
            }
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException or UnauthorizedAccessException)
        {
            part.Faults.Add(new() { Path = title, Reason = fault.Message, Severity = Severity.Warning });
        }

        if (part.Anchors.Count == 0 && part.Faults.Count == 0)
        {
            part.Faults.Add(new() { Path = title, Reason = "it holds no certificates", Severity = Severity.Error });
        }

        return part;
    }
}
