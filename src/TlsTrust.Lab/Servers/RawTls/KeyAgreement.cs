using System.Security.Cryptography;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>Ephemeral Diffie-Hellman on P-256, the one group that every platform and every client has.</summary>
internal sealed class KeyAgreement : IDisposable
{
    private readonly ECDiffieHellman _own = LabKeys.Agreement(ECCurve.NamedCurves.nistP256);

    /// <summary>Our point, uncompressed.</summary>
    public byte[] Point
    {
        get
        {
            ECPoint q = _own.ExportParameters(includePrivateParameters: false).Q;
            return [0x04, .. q.X!, .. q.Y!];
        }
    }

    /// <summary>The x coordinate of the shared point.</summary>
    public byte[] Agree(ReadOnlySpan<byte> peerPoint)
    {
        if (peerPoint.Length != 65 || peerPoint[0] != 0x04)
        {
            throw new TlsAbortedException("not an uncompressed P-256 point");
        }

        using ECDiffieHellman peer = LabKeys.Agreement(ECCurve.NamedCurves.nistP256);
        peer.ImportParameters(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = peerPoint[1..33].ToArray(), Y = peerPoint[33..].ToArray() },
        });
        return _own.DeriveRawSecretAgreement(peer.PublicKey);
    }

    public void Dispose() => _own.Dispose();
}
