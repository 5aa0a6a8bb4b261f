using System.Globalization;
using System.Text.RegularExpressions;

namespace TlsTrust.Diagnosis.Machines;

/// <summary>
/// Why an endpoint is trusted on one machine and not on another. Asked in the order in which a connection is made: is it reached, who
/// answers, when is it, what is trusted.
/// </summary>
internal static partial class EndpointDifference
{
    // These follow from the versions and rules of the programs at both ends.
    private static readonly Cause[] OfTheProtocol = [Cause.ProtocolVersion, Cause.HandshakeRefused];

    private static readonly Cause[] OfTime = [Cause.Expired, Cause.NotYetValid, Cause.ClockSkew];

    /// <summary>The difference between a machine that does not trust it and one that does.</summary>
    public static Deciding Between(EndpointReport bad, EndpointReport good)
    {
        Deciding why = Why(bad, good);
        int distance = (bad.ViaProxy == good.ViaProxy ? 0 : 1) + (bad.AnchorStore == good.AnchorStore ? 0 : 1)
            + (Leaf(bad) == Leaf(good) ? 0 : 1) + (bad.RemoteAddress == good.RemoteAddress ? 0 : 1);
        return why with { Distance = distance };
    }

    private static Deciding Why(EndpointReport bad, EndpointReport good)
    {
        if (bad.Presented.Count == 0 || bad.Verdict == Verdict.Unreachable)
        {
            return OfTheProtocol.Contains(bad.Cause)
                ? new(DecidingDifference.ProgramVersion, $"{bad.Why}; {Library(bad)} there, {Library(good)} where it works")
                : new(DecidingDifference.Network,
                    $"{bad.Why}{(bad.ViaProxy == good.ViaProxy ? "" : $"; {Way(bad)}, where it works {Way(good)}")}");
        }

        if (Leaf(bad) != Leaf(good))
        {
            return OtherCertificate(bad, good);
        }

        if (OfTime.Contains(bad.Cause) && Differ(bad, good) is { } clock)
        {
            return new(DecidingDifference.Clock, clock);
        }

        if (Anchor(good) is { } root && !bad.BuiltPath.Any(certificate => certificate.Sha256 == root.Sha256 && certificate.IsCA
            && bad.Verdict == Verdict.Trusted))
        {
            return OtherStore(bad, good, root);
        }

        return new(DecidingDifference.Unknown, bad.Why);
    }

    private static Deciding OtherCertificate(EndpointReport bad, EndpointReport good)
    {
        string served = $"gets another certificate, issued by {bad.Presented[0].Issuer}; " +
            $"where it works it is issued by {(good.Presented.Count > 0 ? good.Presented[0].Issuer : "another")}";
        if (bad.ViaProxy is { } proxy && bad.ViaProxy != good.ViaProxy)
        {
            return new(DecidingDifference.InterceptingProxy, $"the proxy {proxy} reads along: it {served}");
        }

        bool elsewhere = bad.RemoteAddress is not null && good.RemoteAddress is not null && bad.RemoteAddress != good.RemoteAddress;
        return elsewhere && bad.Cause != Cause.Interception
            ? new(DecidingDifference.Server, $"reaches another server, {bad.RemoteAddress} in place of {good.RemoteAddress}, and {served}")
            : new(DecidingDifference.InterceptingProxy, $"something on the way reads along: it {served}");
    }

    private static Deciding OtherStore(EndpointReport bad, EndpointReport good, ChainCertificate root)
    {
        string where = $"{bad.AnchorStore} has no {root.Subject}";
        if (Variable().Match(bad.AnchorStore) is { Success: true } variable && bad.AnchorStore != good.AnchorStore)
        {
            return new(DecidingDifference.Variable, $"{variable.Groups[1].Value} is set: {where}");
        }

        if (bad.Cause is Cause.MissingIntermediate && bad.MissingIssuer is not null)
        {
            return new(DecidingDifference.Intermediate,
                $"does not find {bad.MissingIssuer.Subject}, which the server does not send");
        }

        return bad.AnchorStore == good.AnchorStore
            ? new(DecidingDifference.MissingRoot, where)
            : new(DecidingDifference.Store, $"{where}; where it works the store is {good.AnchorStore}");
    }

    // Only where the time explains it: the other machine's time would do.
    private static string? Differ(EndpointReport bad, EndpointReport good)
    {
        TimeSpan offset = (bad.ClockOffset ?? TimeSpan.Zero) - (good.ClockOffset ?? TimeSpan.Zero);
        bool valid = bad.BuiltPath.Count > 0
            && bad.BuiltPath.All(certificate => certificate.NotBefore <= good.CheckedAt && good.CheckedAt <= certificate.NotAfter);
        return !valid || offset == TimeSpan.Zero ? null
            : $"its clock is {Span(offset.Duration())} {(offset > TimeSpan.Zero ? "ahead" : "behind")}: {bad.Why}";
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} seconds"),
    };

    private static ChainCertificate? Anchor(EndpointReport report) => report.BuiltPath.Count > 0 ? report.BuiltPath[^1] : null;

    private static string? Leaf(EndpointReport report) => report.Presented.Count > 0 ? report.Presented[0].Sha256 : null;

    private static string Way(EndpointReport report) => report.ViaProxy is { } proxy ? $"through the proxy {proxy}" : "directly";

    private static string Library(EndpointReport report) => report.TlsLibrary ?? "another library";

    [GeneratedRegex(@"\b(SSL_CERT_(?:FILE|DIR)) ", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
