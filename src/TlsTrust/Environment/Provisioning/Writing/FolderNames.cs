namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>What is written beside a bundle, and into the folder of a scope.</summary>
internal static class FolderNames
{
    public const string AddedCas = "added-cas.pem";
    public const string KeyStore = "trust-store.p12";
    public const string Wgetrc = "wgetrc";
    public const string PhpFolder = "php";
    public const string PhpIni = "99-tlstrust.ini";
    public const string Hashed = "certs";
    public const string Record = "record.json";
    public const string Repairs = "repairs.json";

    /// <summary>Files that are deleted when their bundle is.</summary>
    public static readonly IReadOnlyList<string> BesideBundle = [AddedCas, KeyStore, Wgetrc, PhpIni];

    /// <summary>What a bundle can't be called.</summary>
    public static readonly IReadOnlyList<string> Taken = [.. BesideBundle, PhpFolder, Hashed, Record, Repairs];
}
