<#
What the cmdlets do together: one after the other, as README and people write them.
#>
BeforeAll {
    . $PSScriptRoot/Lab.ps1
    . $PSScriptRoot/Shell.ps1
    $module = $env:TLSTRUST_MODULE
    Import-Module $module
    $missing = Get-LabParameter missing-intermediate
    $store = $missing.TrustStore
    $report = Test-TlsEndpoint @missing
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'One-liners' {
    It 'Test | Find -IncludeRoot | Set takes the root, with its fingerprint only' {
        $private = Get-LabParameter private-root-not-sent
        $found = Test-TlsEndpoint @private | Find-MissingIssuer -TrustStore $store -IncludeRoot
        $found | Set-TrustBundleEnvironment -Program curl -WhatIf -ErrorVariable fault -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $fault[0].FullyQualifiedErrorId | Should -Be 'FingerprintRequired,TlsTrust.PowerShell.SetTrustBundleEnvironmentCommand'
        $fault[0].ErrorDetails.RecommendedAction | Should -Match $found[-1].Certificate.Sha256
        $change = $found | Set-TrustBundleEnvironment -Program curl -WhatIf -Fingerprint $found[-1].Certificate.Sha256
        $change[0].Setting | Should -Be CURL_CA_BUNDLE
    }

    It 'neither -Force nor -Confirm:$false replaces the fingerprint' {
        $private = Get-LabParameter private-root-not-sent
        Test-TlsEndpoint @private | Find-MissingIssuer -TrustStore $store -IncludeRoot |
            Set-TrustBundleEnvironment -Program curl -WhatIf -Force -Confirm:$false -ErrorVariable fault -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $fault[0].FullyQualifiedErrorId | Should -BeLike 'FingerprintRequired,*'
    }

    It 'Get-ChildItem | Get-CertificateChain takes files, not hosts' {
        $pem = Join-Path $TestDrive 'chain.pem'
        Set-Content $pem ($report.BuiltPath.Pem -join '')
        $chain = Get-ChildItem $pem | Get-CertificateChain -TrustStore $store
        $chain.Verdict | Should -Be Trusted
        Push-Location $TestDrive
        try {
            (Get-CertificateChain ./chain.pem -TrustStore $store).Verdict | Should -Be Trusted
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'The one-liners of the README, as they stand there' {
    BeforeAll {
        $readme = Get-Content (Join-Path $PSScriptRoot '../README.md') -Raw
        $block = [regex]::Matches($readme, '(?ms)^```powershell\r?\n(.*?)^```').Groups | Where-Object { $_.Value -match '^Test-TlsEndpoint' } | Select-Object -First 1
        $oneLiners = $block.Value -split "`r?`n" | Where-Object { $_ }

        function Get-OneLiner {
            # The line with this in it; what stands for the reader's own server is one of the lab.
            param([string] $Part, [string] $Endpoint)
            $line = @($oneLiners | Where-Object { $_.Contains($Part) })
            $line.Count | Should -Be 1 -Because "the README has one line with '$Part'"
            [scriptblock]::Create($line[0].Replace('www.example.org', $Endpoint))
        }

        $private = Get-LabParameter private-root-not-sent
        Push-Location $TestDrive
        Set-Content hosts.txt $missing.Endpoint, (Get-LabScenario trusted).endpoint
        $global:PSDefaultParameterValues['*-*:TrustStore'] = $store
    }

    AfterAll {
        Pop-Location
        $global:PSDefaultParameterValues.Remove('*-*:TrustStore')
    }

    It 'the README has them' {
        $oneLiners.Count | Should -BeGreaterThan 3
    }

    It 'a list of what is not trusted' {
        & (Get-OneLiner Export-Csv)
        $rows = @(Import-Csv untrusted.csv)
        $rows.Endpoint | Should -Be $missing.Endpoint
        $rows.Cause | Should -Be MissingIntermediate
    }

    It 'a page to hand over' {
        & (Get-OneLiner Export-TlsReport) | Should -BeOfType System.IO.FileInfo
        Get-Content tls.html -Raw | Should -Match ([regex]::Escape($missing.Endpoint))
    }

    It 'what changed since yesterday' {
        Test-TlsEndpoint $missing.Endpoint | Export-Clixml yesterday.xml
        $changes = @(& (Get-OneLiner Compare-TlsReport))
        "$($changes.Changes)" | Should -Be New
        $changes.Endpoint | Should -Be (Get-LabScenario trusted).endpoint
    }

    It 'the file that the server should be given' {
        Set-Content server.pem $report.Presented[0].Pem
        $repaired = & (Get-OneLiner 'Repair-PemBundle ./server.pem' $missing.Endpoint)
        $repaired.Changed | Should -BeTrue
        @(Select-String -Path server.pem -Pattern 'BEGIN CERTIFICATE').Count | Should -Be 2
        (Get-CertificateChain ./server.pem).Verdict | Should -Be Trusted
    }

    It 'a private root, confirmed, for every program of the user' {
        $confirmed = (Test-TlsEndpoint $private.Endpoint | Find-MissingIssuer -IncludeRoot)[-1].Certificate.Sha256
        $WhatIfPreference = $true
        $changes = & (Get-OneLiner Set-TrustBundleEnvironment $private.Endpoint)
        $WhatIfPreference = $false
        $changes[0] | Should -BeOfType TlsTrust.TrustEnvironmentChange
        $changes[0].Scope | Should -Be User
    }

    It 'from the words of a program to the cause' {
        function npm {
            "npm ERR! code UNABLE_TO_VERIFY_LEAF_SIGNATURE`nnpm ERR! request to https://$($missing.Endpoint)/left-pad failed, reason: unable to verify the first certificate"
        }

        (& (Get-OneLiner 'npm install')).Cause | Should -Be MissingIntermediate
    }

    It 'an exit code' {
        $line = Get-OneLiner 'exit '
        Invoke-Shell -Command "Import-Module '$module'; `$PSDefaultParameterValues['*-*:TrustStore'] = '$store'; $line"
        $LASTEXITCODE | Should -Be 1
    }
}
