BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-Module $env:TLSTRUST_MODULE
    $missing = Get-LabParameter missing-intermediate
    $store = @{ TrustStore = $missing.TrustStore; At = $missing.At }
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-export-$PID"
    $null = New-Item -ItemType Directory $folder
    $holed = Get-CertificateChain @missing
}

AfterAll {
    Remove-Item -Recurse -Force $folder
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Export-CertificateChain' {
    It 'makes <as> as text' -ForEach @(
        @{ as = 'Mermaid'; like = '*flowchart TD*' }
        @{ as = 'Svg'; like = '<svg *' }
        @{ as = 'Html'; like = '<!DOCTYPE html>*' }
        @{ as = 'Pem'; like = '-----BEGIN CERTIFICATE-----*' }
    ) {
        $holed | Export-CertificateChain $as | Should -BeLike $like
    }

    It 'gives the file a server should have, from a report too' {
        $file = Join-Path $folder full.pem
        Test-TlsEndpoint @missing | Export-CertificateChain -As Pem -Destination $file | Should -BeOfType System.IO.FileInfo
        $chain = Get-CertificateChain -Path $file @store -NoDownload
        $chain.Verdict | Should -Be Trusted
        $chain.Presented.Count | Should -Be 2
    }

    It 'overwrites only with -Force and writes nothing with -WhatIf' {
        $file = Join-Path $folder picture.svg
        $null = $holed | Export-CertificateChain -As Svg -Destination $file -WhatIf
        $file | Should -Not -Exist
        $null = $holed | Export-CertificateChain -As Svg -Destination $file
        $holed | Export-CertificateChain -As Svg -Destination $file -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be 'FileExists,TlsTrust.PowerShell.ExportCertificateChainCommand'
        $holed | Export-CertificateChain -As Svg -Destination $file -Force | Should -Not -BeNullOrEmpty
    }

    It 'puts several chains into <file>' -ForEach @(
        @{ file = 'chains.svg'; mark = '<svg '; count = 4 }
        @{ file = 'chains.html'; mark = '<h1 id='; count = 3 }
        @{ file = 'chains.mmd'; mark = 'subgraph '; count = 3 }
    ) {
        $path = Join-Path $folder $file
        $holed, $holed, $holed | Export-CertificateChain $path | Should -BeOfType System.IO.FileInfo
        [regex]::Matches((Get-Content $path -Raw), [regex]::Escape($mark)).Count | Should -Be $count
        if ($file -like '*.svg') {
            ([xml] (Get-Content $path -Raw)).svg.svg.Count | Should -Be 3
        }
    }

    It 'a PEM file is for one chain, and a form has to be known' {
        { $holed, $holed | Export-CertificateChain -Destination (Join-Path $folder two.pem) } | Should -Throw -ErrorId 'InvalidCombination,*'
        { $holed | Export-CertificateChain -Destination (Join-Path $folder chain.xyz) } | Should -Throw -ErrorId 'InvalidCombination,*'
        { $holed | Export-CertificateChain } | Should -Throw -ErrorId 'InvalidCombination,*'
    }

    It 'refuses what is no chain' {
        $match = Find-MissingIssuer @missing -NoDownload
        $match | Export-CertificateChain -As Svg -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be 'InvalidInput,TlsTrust.PowerShell.ExportCertificateChainCommand'
    }
}
