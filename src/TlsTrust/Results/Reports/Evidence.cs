namespace TlsTrust;

/// <summary>How a fact of the catalogue is known.</summary>
public enum Evidence
{
    /// <summary>Seen on a machine.</summary>
    Run,

    /// <summary>Read in source or documentation.</summary>
    Sourced,

    /// <summary>Neither: worth a look, no more.</summary>
    Hint,
}
