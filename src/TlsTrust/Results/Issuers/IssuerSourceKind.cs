namespace TlsTrust;

/// <summary>Where an issuer was found; the order is the order of asking.</summary>
public enum IssuerSourceKind
{
    /// <summary>The server sent it, or it was in the same file.</summary>
    Presented,

    /// <summary>A file or folder that was given.</summary>
    File,

    /// <summary>The store in use.</summary>
    TrustStore,

    /// <summary>Another store of this machine, also those of single programs.</summary>
    MachineStore,

    /// <summary>Imported intermediates and answers of earlier downloads.</summary>
    Cache,

    /// <summary>The built-in list of publicly known roots.</summary>
    PublicRoots,

    /// <summary>A caIssuers URL.</summary>
    Download,
}
