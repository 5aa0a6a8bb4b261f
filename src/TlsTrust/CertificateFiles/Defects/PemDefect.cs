namespace TlsTrust.CertificateFiles.Defects;

/// <summary>
/// One thing wrong with, or worth knowing about, a file, and where it is. Line and column count from 1; 0 = the whole file.
/// </summary>
public sealed record PemDefect
{
    /// <summary>What it is.</summary>
    public required PemDefectKind Kind { get; init; }

    /// <summary>Line of its first occurrence.</summary>
    public required int Line { get; init; }

    /// <summary>Column of its first occurrence, in characters where the line is text.</summary>
    public int Column { get; init; } = 1;

    /// <summary>What was seen, in words.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// Error: a certificate is lost in some client. Warning: everybody measured reads it, others may not. Information: lawful.
    /// </summary>
    public Severity Severity => PemClients.SeverityOf(Kind);

    /// <summary>True when the file can be written without it and nothing is lost.</summary>
    public bool IsRepairable { get; init; } = true;

    /// <summary>What each client family that has trouble with it makes of it; measured, see <see cref="PemClients"/>.</summary>
    public ResultList<PemClientEffect> Clients => PemClients.EffectsOf(Kind);

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Message}" : Message;
}
