using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Extensions;

/// <summary>TLS features that a certificate demands of the server that shows it, RFC 7633 §3: numbers of TLS extensions.</summary>
internal static class TlsFeature
{
    /// <summary>A stapled OCSP response (RFC 6066 §8): "must staple".</summary>
    internal const int StatusRequest = 5;

    private const string Field = "tlsFeature";

    internal static List<int> Read(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        List<int> features = [];
        if (!ExtensionReader.TryEnterSequence(ref value, Field, faults, out DerReader list))
        {
            return features;
        }

        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Integer, out DerElement element)
                || !DerValue.TryNonNegative(element.Content(certificate.Span), out int feature))
            {
                faults.Add(list.Fault(Field));
                break;
            }

            features.Add(feature);
        }

        return features;
    }
}
