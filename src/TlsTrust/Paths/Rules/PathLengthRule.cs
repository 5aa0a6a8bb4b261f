using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §6.1.4 (l) and (m), §4.2.1.9: no more CA certificates follow than an issuer allows; self-issued ones and the leaf do not count.
/// </summary>
internal static class PathLengthRule
{
    /// <param name="context">The issuer.</param>
    /// <param name="intermediatesBelow">Intermediates between it and the leaf that are not self-issued.</param>
    internal static void Check(RuleContext context, int intermediatesBelow)
    {
        if (IsExceeded(context.Certificate, intermediatesBelow))
        {
            context.Error(PathRule.PathLength, $"path length {context.Certificate.BasicConstraints!.PathLength} allows fewer CA " +
                $"certificates than the {intermediatesBelow} below it", "RFC 5280 §4.2.1.9");
        }
    }

    /// <summary>The limit that the caller sets on a path, counted as RFC 5280 counts path lengths.</summary>
    internal static void CheckLimit(RuleContext context, int? limit, int intermediatesBelow)
    {
        if (intermediatesBelow > limit)
        {
            context.Error(PathRule.PathLength, $"{intermediatesBelow} CA certificates are below it, and {limit} are asked for at most",
                "RFC 5280 §6.1");
        }
    }

    internal static bool IsExceeded(Certificate issuer, int intermediatesBelow) =>
        issuer.BasicConstraints is { IsCA: true, PathLength: { } allowed } && intermediatesBelow > allowed;
}
