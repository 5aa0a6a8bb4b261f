# What the tests of the TrustBundleEnvironment cmdlets share: a made home and working folder, no variables of this machine, a made CA.
function Enter-MadeHome {
    param([string] $Root)
    $saved = @{}
    foreach ($name in 'HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS',
        'PIP_CERT', 'AWS_CA_BUNDLE', 'CARGO_HTTP_CAINFO', 'JAVA_TOOL_OPTIONS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'GIT_SSL_NO_VERIFY', 'WGETRC') {
        $saved[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, [NullString]::Value) # $null would arrive as empty, and empty is not unset
    }

    $made = (New-Item (Join-Path $Root 'made home') -ItemType Directory -Force).FullName
    $env:HOME = $made
    if ($IsWindows) {
        $saved['USERPROFILE'] = $env:USERPROFILE
        $saved['LOCALAPPDATA'] = $env:LOCALAPPDATA
        $env:USERPROFILE = $made
        $env:LOCALAPPDATA = $made
    }

    Push-Location $made
    $saved
}

function Exit-MadeHome {
    param([hashtable] $Saved)
    Pop-Location
    foreach ($name in $Saved.Keys) {
        [Environment]::SetEnvironmentVariable($name, $(if ($null -eq $Saved[$name]) { [NullString]::Value } else { $Saved[$name] }))
    }
}

function New-MadeCertificate {
    param([string] $Path, [string] $Subject = 'CN=Pester Private Root, O=TlsTrust Tests', [bool] $IsAuthority = $true)
    $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new($Subject, $key, 'SHA256')
    $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($IsAuthority, $false, 0, $true))
    $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509SubjectKeyIdentifierExtension]::new($request.PublicKey, $false))
    $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddYears(1))
    Set-Content -LiteralPath $Path -Value $certificate.ExportCertificatePem()
    $certificate
}

function Get-Completion {
    param([string] $Line)
    (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
}
