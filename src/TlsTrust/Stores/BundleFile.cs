using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.Stores;

/// <summary>A file of anchors, one after the other.</summary>
internal static class BundleFile
{
    internal static StorePart Read(string path, StoreReading reading)
    {
        StoreFile file = StoreFile.Read(path);
        if (file.Fault is { } fault)
        {
            StorePart faulty = new();
            faulty.Faults.Add(fault);
            return faulty;
        }

        StorePart part = new();
        PemDefect? broken = reading == StoreReading.AsOpenSsl ? file.BreaksOpenSsl : null;
        if (broken is not null)
        {
            part.Faults.Add(
                new() { Path = path, Line = broken.Line, Reason = $"OpenSSL loads nothing of it: {broken.Message}",
                    Severity = Severity.Error });
        }

        foreach (StoreEntry entry in file.Entries)
        {
            part.Add(new(entry.Certificate, CertificateOrigin.File(path, entry.Line)), entry, broken is null);
        }

        if (part.Anchors.Count == 0 && broken is null)
        {
            part.Faults.Add(
                new() { Path = path, Reason = part.Distrusted.Count > 0 ? "all certificates in it are marked as not for servers"
                    : "it holds no certificates", Severity = Severity.Error });
        }

        return part;
    }
}
