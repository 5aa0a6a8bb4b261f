using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using TlsTrust.Certificates;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Planning;

namespace TlsTrust.Environment.Probes;

/// <summary>
/// Asks programs whether they know the CAs of a plan, without an endpoint of the CA's: they are sent to a server on loopback whose
/// certificate only bears the CA's name, and what they complain about tells.
/// </summary>
public sealed partial class AnchorProbe(IMachine machine, ProvisionPlan plan)
{
    /// <summary>A bundle of a hundred roots is one file: whoever has its first has them all.</summary>
    private const int MostAnchors = 3;

    private readonly Lazy<IMachine?> _asked = new(() => ProgramProbe.Asked(machine, plan.Request.Scope));

    private readonly Lazy<Certificate[]> _anchors = new(() =>
        [.. (plan.Anchors.Count > 0 ? plan.Anchors : plan.Roots).Where(anchor => anchor.NotAfter > machine.UtcNow).Take(MostAnchors)]);

    private readonly Dictionary<string, ProbeAnswer> _answers = new(StringComparer.Ordinal);

    /// <summary>
    /// A change as its program confirms it: trusted when it knows every CA, refused when it lacks one, failed when it accepts what nobody
    /// signed, unverified when it can't be asked or does not say.
    /// </summary>
    public TrustEnvironmentChange Confirm(TrustEnvironmentChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Verified == ChangeCheck.Failed)
        {
            return change;
        }

        if (change.Program == TrustEnvironmentChange.SystemProgram)
        {
            return OfSystem(change);
        }

        ProbeAnswer answer = Of(change.Program);
        return change with { Verified = answer.Check, VerifiedDetail = answer.Detail };
    }

    // The store itself has been read back; which programs see it in there they say themselves.
    private TrustEnvironmentChange OfSystem(TrustEnvironmentChange change)
    {
        TrustInspector inspector = new(machine);
        ProbeAnswer[] answers = [.. Catalogue.ProgramCatalogue.Programs
            .Where(program => ProgramProbe.SpeakTls.Contains(program.Id) && inspector.Executable(program) is { } executable
                && inspector.Effective(program, plan.Request.Scope, executable).Anchors.IsSupersetOf(plan.Anchors))
            .Select(program => Of(program.Id) is var answer && answer.Check == ChangeCheck.Trusted
                ? answer with { Detail = program.Id } : answer with { Detail = $"{program.Id}: {answer.Detail}" })];
        string[] know = [.. answers.Where(answer => answer.Check == ChangeCheck.Trusted).Select(answer => answer.Detail)];
        string[] lack = [.. answers.Where(answer => answer.Check is ChangeCheck.Refused or ChangeCheck.Failed)
            .Select(answer => answer.Detail)];
        return know.Length + lack.Length == 0 ? change : change with
        {
            Verified = lack.Length > 0 ? ChangeCheck.Refused : ChangeCheck.Trusted,
            VerifiedDetail = lack.Length > 0 ? string.Join("; ", lack) : $"read back; asked and known by {string.Join(", ", know)}",
        };
    }

    private ProbeAnswer Of(string program)
    {
        if (!_answers.TryGetValue(program, out ProbeAnswer? answer))
        {
            _answers[program] = answer = Ask(program);
        }

        return answer;
    }

    private ProbeAnswer Ask(string program)
    {
        if (!ProgramProbe.SpeakTls.Contains(program))
        {
            return Unverified(ProgramProbe.Programs.Contains(program) ? "read back; it can be asked about a server of its own protocol only"
                : "read back; this program can't be asked without side effects");
        }

        if (_asked.Value is not { } asked)
        {
            return Unverified("read back; a login shell gave no answer, so that the program was not asked");
        }

        ProbeAnswer worst = Unverified("read back; there is no CA with a kind of key that could be asked about");
        foreach (Certificate anchor in _anchors.Value)
        {
            using X509Certificate2? certificate = BorrowedName.For(anchor, machine.UtcNow);
            if (certificate is null)
            {
                continue;
            }

            using BorrowedNameServer server = new(certificate);
            worst = Judge(anchor, ProgramProbe.Said(asked, program, server.Endpoint));
            if (worst.Check != ChangeCheck.Trusted)
            {
                break;
            }
        }

        return worst;
    }

    private static ProbeAnswer Judge(Certificate anchor, (ProbeAnswer Answer, string Text) said)
    {
        string name = anchor.ToString();
        return Candidate().IsMatch(said.Text) ? Known(name)
            : Lacks().IsMatch(said.Text) ? new ProbeAnswer(ChangeCheck.Refused, $"it does not know {name}: {said.Answer.Detail}")
            : WrongSignature().IsMatch(said.Text) ? Known(name)
            : said.Answer.Check == ChangeCheck.Accepted ? new ProbeAnswer(ChangeCheck.Failed,
                $"it accepts a certificate that {name} never signed: its verification is off")
            : Unverified($"read back; what it says does not tell whether it knows {name}: {said.Answer.Detail}");
    }

    private static ProbeAnswer Known(string name) =>
        new(ChangeCheck.Trusted, $"asked: it knows {name}, and refuses a certificate that only bears its name");

    private static ProbeAnswer Unverified(string why) => new(ChangeCheck.Unverified, why);

    // Go names the CA that it tried in the same breath as "unknown authority".
    [GeneratedRegex("while trying to verify candidate authority certificate")]
    private static partial Regex Candidate();

    // OpenSSL, Node.js; GnuTLS by wget and OpenLDAP (a sum of its flags); Go; .NET; Java.
    [GeneratedRegex(
        "unable to get (local )?issuer|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|unable to verify the first certificate|self.signed certificate" +
        "|known issuer|issuer is unknown|untrusted or revoked \\(0x42\\)|unknown authority|PartialChain|UntrustedRoot" +
        "|unable to find valid certification path" +
        "|unknown ?(ca|issuer)|trustAnchors parameter must be non-empty",
        RegexOptions.IgnoreCase)]
    private static partial Regex Lacks();

    // The same; curl and Cargo pass on what OpenSSL says below its own words; GnuTLS by wget says nothing but "not trusted".
    [GeneratedRegex(
        "certificate signature failure|CERT_SIGNATURE_FAILURE|signature check failed|NotSignatureValid|signature in the certificate " +
        "is invalid" +
        "|error:[0-9A-F]+:(asn1 encoding|rsa|digital envelope|elliptic curve|ECDSA)[^:]*:|The certificate of .* is not trusted" +
        "|untrusted or revoked \\(0x802\\)",
        RegexOptions.IgnoreCase)]
    private static partial Regex WrongSignature();
}
