<#
Long runs say how far they are: how many, how many of them need somebody, how fast.
#>
BeforeAll {
    . $PSScriptRoot/Lab.ps1
    . $PSScriptRoot/TrustEnvironment.ps1
    $missing = Get-LabParameter missing-intermediate
    $report = & { Import-Module $env:TLSTRUST_MODULE; Test-TlsEndpoint @missing }
    $folder = (New-Item (Join-Path $TestDrive many) -ItemType Directory).FullName
    1..600 | ForEach-Object { Set-Content (Join-Path $folder "$_.pem") $report.Presented[0].Pem }

    function Get-Progress {
        # What a shell of its own is told while the script runs.
        param([string] $Script)
        $shell = [powershell]::Create().AddScript("Import-Module '$env:TLSTRUST_MODULE'; $Script")
        $null = $shell.Invoke()
        $shell.Streams.Progress
        $shell.Dispose()
    }
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Progress' {
    It '<name> counts' -ForEach @(
        @{ name = 'Find-MissingIssuer'; script = 'Find-MissingIssuer -Path (@("{0}/*.pem") * 6) -NoDownload -TrustStore "{1}"'; words = 'with an issuer that was not found' }
        @{ name = 'Repair-PemBundle'; script = 'Repair-PemBundle -Path (@("{0}/*.pem") * 6) -WhatIf -TrustStore "{1}"'; words = 'were not sound' }
        @{ name = 'Get-TrustBundleEnvironment'; script = 'Get-TrustBundleEnvironment -Endpoint "{2}"'; words = 'would refuse' }
        @{ name = 'Set-TrustBundleEnvironment'; script = 'Set-TrustBundleEnvironment "{1}" -Verify -WarningAction Ignore'; words = 'not confirmed' }
        @{ name = 'Test-TlsEndpoint'; script = 'Test-TlsEndpoint (@("{2}") * 600) -NoDownload -TrustStore "{1}"'; words = 'not trusted' }
    ) {
        # What is asked or set here is a made user's, and goes again.
        $saved = Enter-MadeHome (Join-Path $TestDrive $name)
        try {
            $progress = @(Get-Progress ($script -f $folder, $missing.TrustStore, $report.Endpoint) | Where-Object Activity -EQ $name)
        }
        finally {
            $null = Remove-TrustBundleEnvironment -Scope Process -WarningAction Ignore
            Exit-MadeHome $saved
        }

        $progress.Count | Should -BeGreaterThan 1
        $progress[0].StatusDescription | Should -Match "^\d+( of \d+)? done, \d+ $words, \d+ per second$"
        $progress[-1].RecordType | Should -Be Completed
    }

    It 'is silent for a handful that is quickly done' {
        Get-Progress "Find-MissingIssuer -Path '$folder/1.pem' -NoDownload -TrustStore '$($missing.TrustStore)'" |
            Where-Object Activity -EQ 'Find-MissingIssuer' | Should -BeNullOrEmpty
    }
}
