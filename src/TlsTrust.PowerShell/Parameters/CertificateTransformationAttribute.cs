using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// Makes our certificates of what a shell has: <see cref="X509Certificate2"/> (also of the Cert: drive), our own, chain elements of
/// results. An array at once, so that the binder needs no coercion and does not try the PSPath of a Cert: item first. Whatever else arrives
/// is left as it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class CertificateTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        object?[] items = plain is IEnumerable list and not string and not byte[] ? [.. list.Cast<object?>()] : [inputData];
        List<Certificate> certificates = [];
        foreach (object? item in items)
        {
            if (One(Rehydration.Restore(item)) is not { } certificate)
            {
                return inputData;
            }

            certificates.Add(certificate);
        }

        return certificates.Count > 0 ? certificates.ToArray() : inputData;
    }

    private static Certificate? One(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        ReadOnlyMemory<byte> der = plain switch
        {
            Certificate ours => ours.RawData,
            X509Certificate2 platform => platform.RawData,
            X509Certificate platform => platform.GetRawCertData(),
            ChainCertificate shown =>
                CertificateFile.Read(System.Text.Encoding.ASCII.GetBytes(shown.Pem)).Certificates is [var only] ? only.Certificate.RawData
                    : default,
            _ => default,
        };
        return !der.IsEmpty && Certificate.TryParse(der, out Certificate? certificate, out _) ? certificate : null;
    }
}
