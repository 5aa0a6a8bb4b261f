# Made certificates for Repair-PemBundle.Tests.ps1 and Test-PemBundle.Tests.ps1: three roots, and a chain with its key.
Import-Module $env:TLSTRUST_MODULE -Force

foreach ($name in 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE') {
    Remove-Item "Env:$name" -ErrorAction Ignore
}

function New-Authority {
    param([string] $Name, $Issuer, [switch] $Leaf)

    $key = [System.Security.Cryptography.RSA]::Create(2048)
    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
        "CN=$Name", $key, [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new(-not $Leaf, $false, 0, $true))
    if ($Leaf) {
        $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('localhost')
        $request.CertificateExtensions.Add($names.Build())
    }

    $from = [DateTimeOffset]::UtcNow.Date.AddDays(-2)
    if ($Issuer) {
        $certificate = $request.Create($Issuer.Certificate, $from, $from.AddDays(300), [byte[]](1..8))
        $certificate = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($certificate, $key)
    }
    else {
        $certificate = $request.CreateSelfSigned($from, $from.AddDays(3000))
    }

    @{ Certificate = $certificate; Pem = $certificate.ExportCertificatePem() + "`n"; Key = $key.ExportPkcs8PrivateKeyPem() + "`n" }
}

$roots = 1..3 | ForEach-Object { New-Authority "Test Root $_" }
$bundle = -join $roots.Pem
$root = $roots[0].Pem
$middle = New-Authority 'Test Intermediate' $roots[0]
$intermediate = $middle.Pem
$server = New-Authority 'leaf.example' $middle -Leaf
$leaf = $server.Pem
$key = $server.Key
