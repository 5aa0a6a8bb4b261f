BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-Module $env:TLSTRUST_MODULE
    $class = 'TlsTrust.PowerShell.RepairPemBundleCommand'
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-form-$PID"
    $null = New-Item -ItemType Directory $folder
    $secret = ConvertTo-SecureString 'se cret' -AsPlainText -Force

    # A CA and a server of our own, made here: no key is kept anywhere.
    $caKey = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $caRequest = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Form CA', $caKey, 'SHA256')
    $caRequest.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
    $ca = $caRequest.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-2), [DateTimeOffset]::UtcNow.AddDays(300))
    $subKey = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $subRequest = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Form Issuing', $subKey, 'SHA256')
    $subRequest.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
    $sub = $subRequest.Create($ca, [DateTimeOffset]::UtcNow.AddDays(-2), [DateTimeOffset]::UtcNow.AddDays(200), [byte[]](1..8))
    $sub = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($sub, $subKey)
    $key = [Security.Cryptography.RSA]::Create(2048)
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=form.test', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
    $names.AddDnsName('form.test')
    $request.CertificateExtensions.Add($names.Build())
    $generator = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForECDsa($subKey)
    $leaf = $request.Create($sub.SubjectName, $generator, [DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(90), [byte[]](9..16))
    $withKey = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($leaf, $key)
    $issuers = Join-Path $folder issuers.pem
    Set-Content $issuers $sub.ExportCertificatePem(), $ca.ExportCertificatePem()
    $server = Join-Path $folder server.pem
    Set-Content $server $leaf.ExportCertificatePem(), $sub.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem()
    $pfx = Join-Path $folder site.pfx
    [IO.File]::WriteAllBytes($pfx, $withKey.Export('Pkcs12', 'se cret'))
}

AfterAll {
    Remove-Item -Recurse -Force $folder
}

Describe 'Repair-PemBundle of a key store' {
    It 'says that a .pfx lacks its chain, and completes it in its own form' {
        (Test-PemBundle $pfx -Password $secret).Notes.What | Should -Contain MissingIssuer
        $report = Repair-PemBundle $pfx -AddMissing -SearchPath $issuers -NoDownload -Password $secret
        $report.Written | Should -BeTrue
        $report.Changes.What | Should -Be MissingIntermediate
        $all = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
        $all.Import($pfx, 'se cret')
        $all.Count | Should -Be 2
        ($all | Where-Object HasPrivateKey).Thumbprint | Should -Be $leaf.Thumbprint
        (Repair-PemBundle $pfx -AddMissing -SearchPath $issuers -NoDownload -Password $secret).Changed | Should -BeFalse
        (Test-PemBundle $pfx -Password $secret).IsSound | Should -BeTrue
    }
}

Describe 'Repair-PemBundle -Form' {
    It 'writes Split into a folder, the key for its owner alone' {
        $target = Join-Path $folder split
        $report = Repair-PemBundle $server -Form Split -Destination $target
        $report.Written | Should -BeTrue
        $report.Files | Split-Path -Leaf | Should -Be cert.pem, chain.pem, fullchain.pem, privkey.pem
        if (-not $IsWindows) {
            [IO.File]::GetUnixFileMode((Join-Path $target privkey.pem)) | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
        }
        (Test-PemBundle (Join-Path $target fullchain.pem) -KeyPath (Join-Path $target privkey.pem)).KeyMatches | Should -BeTrue
    }

    It 'writes <_> under the password that was given' -ForEach Pfx, Pkcs12, Jks {
        $target = Join-Path $folder "out.$_"
        (Repair-PemBundle $server -Form $_ -Destination $target -NewPassword $secret).Written | Should -BeTrue
        if (-not $IsWindows) {
            [IO.File]::GetUnixFileMode($target) | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
        }
        $read = Test-PemBundle $target -Password $secret
        $read.KeyMatches | Should -BeTrue
        $read.Before.Count | Should -Be 2
    }

    It 'writes Combined and Pkcs7' {
        (Repair-PemBundle $server -Form Combined -Destination (Join-Path $folder combined.pem)).Files | Should -Be (Join-Path $folder combined.pem)
        (Repair-PemBundle $server -Form Pkcs7 -Destination (Join-Path $folder site.p7b)).Written | Should -BeTrue
        (Test-PemBundle (Join-Path $folder site.p7b)).Before.Count | Should -Be 2
        Get-Content (Join-Path $folder combined.pem) -Raw | Should -Match 'PRIVATE KEY'
    }

    It 'takes a .pfx apart for HAProxy, the key in the clear only when asked' {
        $target = Join-Path $folder from-pfx.pem
        $null = Repair-PemBundle $pfx -Form Combined -Password $secret -Destination $target
        Get-Content $target -Raw | Should -Match 'ENCRYPTED PRIVATE KEY'
        $null = Repair-PemBundle $pfx -Form Combined -Password $secret -Destination $target -PlainKey -Force -NoBackup
        Get-Content $target -Raw | Should -Not -Match 'ENCRYPTED'
    }

    It 'says what is missing' {
        { Repair-PemBundle $server -Form Pfx } | Should -Throw -ErrorId "InvalidCombination,$class"
        $report = Repair-PemBundle $server -Form Pfx -Destination (Join-Path $folder no.pfx) -ErrorVariable fault -ErrorAction SilentlyContinue
        $report.Refusal | Should -Match '-NewPassword'
        $fault[0].FullyQualifiedErrorId | Should -Be "InvalidInput,$class"
        $keyless = Join-Path $folder keyless.pem
        Set-Content $keyless $leaf.ExportCertificatePem(), $sub.ExportCertificatePem()
        (Repair-PemBundle $keyless -Form Pfx -NewPassword $secret -Destination (Join-Path $folder no.pfx) -ErrorAction SilentlyContinue).Refusal | Should -Match '-KeyPath'
        Test-Path (Join-Path $folder no.pfx) | Should -BeFalse
    }

    It 'writes nothing with -WhatIf, and says what it would' {
        $report = Repair-PemBundle $server -Form Split -Destination (Join-Path $folder never) -WhatIf
        $report.Written | Should -BeFalse
        $report.Files.Count | Should -Be 4
        Test-Path (Join-Path $folder never) | Should -BeFalse
    }
}
