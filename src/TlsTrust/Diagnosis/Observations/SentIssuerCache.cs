using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TlsTrust.Certificates;

namespace TlsTrust.Diagnosis.Observations;

/// <summary>
/// The issuers that the servers of one run sent: thousands of servers send the same few, and what was once read of one, and computed of its
/// signature, need not be read and computed again. It holds no judgement, so no answer depends on what came before.
/// </summary>
internal sealed class SentIssuerCache
{
    /// <summary>4,096 certificates: more CAs than there are; what goes beyond is read anew each time.</summary>
    private const int MaxRemembered = 4096;

    private readonly ConcurrentDictionary<string, Certificate> _known = new(StringComparer.Ordinal);

    /// <summary>Reads a certificate, or finds the one with the same bytes.</summary>
    /// <param name="der">The bytes as sent.</param>
    /// <param name="certificate">The certificate.</param>
    /// <returns>False for bytes that are none.</returns>
    public bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out Certificate? certificate)
    {
        string key = Convert.ToHexString(SHA256.HashData(der.Span));
        if (_known.TryGetValue(key, out certificate))
        {
            return true;
        }

        if (!Certificate.TryParse(der, out certificate, out _))
        {
            return false;
        }

        if (_known.Count < MaxRemembered)
        {
            certificate = _known.GetOrAdd(key, certificate);
        }

        return true;
    }
}
