BeforeAll {
    $module = $env:TLSTRUST_MODULE
    . (Join-Path $PSScriptRoot 'Shell.ps1')
    $packages = (dotnet nuget locals global-packages --list) -replace '^global-packages: '
    $files = @{
        '1.8' = Join-Path $packages 'portable.bouncycastle/1.8.10/lib/netstandard2.0/BouncyCastle.Crypto.dll'
        '2.4' = Join-Path $packages 'bouncycastle.cryptography/2.4.0/lib/net6.0/BouncyCastle.Cryptography.dll'
    }
    # Another module that brings a BouncyCastle of its own, as several in the gallery do.
    foreach ($version in $files.Keys) {
        $folder = New-Item (Join-Path $TestDrive "Other$version") -ItemType Directory
        Copy-Item $files[$version] $folder
        Set-Content (Join-Path $folder 'Other.psm1') @'
function Get-OtherAnswer {
    $random = [Org.BouncyCastle.Security.SecureRandom]::new()
    $private = [Org.BouncyCastle.Crypto.Parameters.Ed25519PrivateKeyParameters]::new($random)
    $data = [byte[]] (1, 2, 3)
    $signer = [Org.BouncyCastle.Crypto.Signers.Ed25519Signer]::new()
    $signer.Init($true, $private)
    $signer.BlockUpdate($data, 0, 3)
    $signature = $signer.GenerateSignature()
    $verifier = [Org.BouncyCastle.Crypto.Signers.Ed25519Signer]::new()
    $verifier.Init($false, $private.GeneratePublicKey())
    $verifier.BlockUpdate($data, 0, 3)
    '{0} {1}' -f $verifier.VerifySignature($signature), $signer.GetType().Assembly.GetCustomAttributes([System.Reflection.AssemblyFileVersionAttribute], $false)[0].Version
}
'@
        New-ModuleManifest (Join-Path $folder 'Other.psd1') -RootModule Other.psm1 -RequiredAssemblies (Split-Path $files[$version] -Leaf) -FunctionsToExport Get-OtherAnswer
    }

    $openssl = Get-Command openssl -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    function New-Chain {
        param($Name, $Algorithm)
        $at = Join-Path $TestDrive $Name
        & $openssl req -x509 -newkey $Algorithm -nodes -keyout "$at-ca.key" -out "$at-ca.pem" -subj "/CN=$Name CA" -addext keyUsage=critical,keyCertSign 2>$null
        & $openssl req -newkey $Algorithm -nodes -keyout "$at.key" -out "$at.csr" -subj "/CN=$Name" 2>$null
        Set-Content "$at.ext" "subjectAltName=DNS:$Name.example`nauthorityKeyIdentifier=keyid`nsubjectKeyIdentifier=hash"
        & $openssl x509 -req -in "$at.csr" -CA "$at-ca.pem" -CAkey "$at-ca.key" -CAcreateserial -days 30 -extfile "$at.ext" -out "$at.pem" 2>$null
        $at
    }
    $ask = { param($Module, $At) Import-Module $Module; (Get-CertificateChain "$At.pem" -TrustStore "$At-ca.pem" -NoDownload).Verdict }
    $loaded = { [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like '*BouncyCastle*' } | ForEach-Object { '{0} in {1}' -f $_.GetName().Name, [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } }
}

Describe 'BouncyCastle' {
    BeforeAll {
        if ($openssl) {
            $ed25519 = New-Chain ed25519 'ed25519'
            $rsa = New-Chain rsa 'rsa:2048'
        }
    }

    BeforeEach {
        if (-not $openssl) {
            Set-ItResult -Skipped -Because 'openssl is not installed'
        }
    }

    It 'is not loaded where the platform has the answer' {
        Invoke-Shell -Command "& { $ask } '$module' '$rsa'; & { $loaded }" | Should -Be 'Trusted'
    }

    It 'is loaded, in a context of its own, where the platform has none' {
        Invoke-Shell -Command "& { $ask } '$module' '$ed25519'; & { $loaded }" | Sort-Object |
            Should -Be 'BouncyCastle.Cryptography in TlsTrust.Providers', 'TlsTrust.BouncyCastle in TlsTrust.Providers', 'Trusted'
    }

    It 'leaves alone, and is left alone by, version <_> of another module that was there before' -ForEach '1.8', '2.4' {
        $other = Join-Path $TestDrive "Other$_/Other.psd1"
        $answers = Invoke-Shell -Command "Import-Module '$other'; Get-OtherAnswer; & { $ask } '$module' '$ed25519'; Get-OtherAnswer; @(& { $loaded }).Count"
        $answers[0] | Should -BeLike "True $_*"
        $answers[1..3] | Should -Be 'Trusted', $answers[0], 3
    }

    It 'leaves alone, and is left alone by, version <_> of another module that comes after' -ForEach '1.8', '2.4' {
        $other = Join-Path $TestDrive "Other$_/Other.psd1"
        $answers = Invoke-Shell -Command "& { $ask } '$module' '$ed25519'; Import-Module '$other'; Get-OtherAnswer; & { $ask } '$module' '$ed25519'; @(& { $loaded }).Count"
        $answers[1] | Should -BeLike "True $_*"
        $answers[0, 2, 3] | Should -Be 'Trusted', 'Trusted', 3
    }

    It 'is done without where its files are missing: the signature is not checkable, and nothing is trusted' {
        $bare = Join-Path $TestDrive 'TlsTrust'
        Copy-Item $module $bare -Recurse
        Remove-Item (Join-Path $bare 'dependencies') -Recurse
        Invoke-Shell -Command "& { $ask } '$bare' '$ed25519'" | Should -Be 'Untrusted'
        Invoke-Shell -Command "& { $ask } '$bare' '$rsa'" | Should -Be 'Trusted'
    }
}
