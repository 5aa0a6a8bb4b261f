namespace TlsTrust.Stores;

/// <summary>
/// The store of a program that uses OpenSSL's defaults (SSL_CTX_set_default_verify_paths(3)): a file and a directory, each from a variable
/// or from OPENSSLDIR.
/// </summary>
internal static class OpenSslDefaultStore
{
    /// <summary>Reads file and directory.</summary>
    internal static TrustStore Read(IMachineEnvironment environment)
    {
        string? home = Home(environment);
        StorePart part = new();
        List<string> names = [];

        // A variable that is set and empty switches its part off; the default is not used then.
        if (environment.GetVariable("SSL_CERT_FILE") is { } file)
        {
            names.Add($"SSL_CERT_FILE {Shown(file)}");
            part.Add(file.Length == 0 ? StorePart.Faulty("SSL_CERT_FILE", "the variable is set and empty, so that no file is read")
                : BundleFile.Read(file, StoreReading.AsOpenSsl));
        }
        else if (home is not null)
        {
            string bundle = $"{home}/cert.pem";
            if (File.Exists(environment.MapPath(bundle)))
            {
                names.Add(bundle);
                part.Add(BundleFile.Read(environment.MapPath(bundle), StoreReading.AsOpenSsl));
            }
        }

        if (environment.GetVariable("SSL_CERT_DIR") is { } list)
        {
            names.Add($"SSL_CERT_DIR {Shown(list)}");
            string[] directories =
                list.Split(environment.Platform == StorePlatform.Windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries);
            if (directories.Length == 0)
            {
                part.Add(StorePart.Faulty("SSL_CERT_DIR", "the variable is set and empty, so that no directory is read"));
            }

            foreach (string directory in directories)
            {
                part.Add(HashedDirectory.Read(directory, StoreReading.AsOpenSsl));
            }
        }
        else if (home is not null && Directory.Exists(environment.MapPath($"{home}/certs")))
        {
            names.Add($"{home}/certs");
            StorePart directory = HashedDirectory.Read(environment.MapPath($"{home}/certs"), StoreReading.AsOpenSsl);

            // Fedora and its kin keep everything in the file; nobody misses hashed names there.
            if (part.Anchors.Count > 0 && directory.Anchors.Count == 0)
            {
                directory.Faults.Clear();
            }

            part.Add(directory);
        }

        if (names.Count == 0)
        {
            names.Add("OpenSSL's default");
            part.Add(StorePart.Faulty(
                string.Join(", ", KnownStores.OpenSslHomes),
                "no folder of OpenSSL is there and neither SSL_CERT_FILE nor SSL_CERT_DIR is set; the package ca-certificates is " +
                "probably not installed"));
        }

        return part.ToStore(string.Join(" + ", names));
    }

    /// <summary>The OPENSSLDIR of this machine; null where none of the known ones is there.</summary>
    internal static string? Home(IMachineEnvironment environment) =>
        KnownStores.OpenSslHomes.FirstOrDefault(candidate => Looks(environment.MapPath(candidate)));

    private static bool Looks(string directory) =>
        File.Exists(Path.Combine(directory, "cert.pem")) || Directory.Exists(Path.Combine(directory, "certs"))
            || File.Exists(Path.Combine(directory, "openssl.cnf"));

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value;
}
