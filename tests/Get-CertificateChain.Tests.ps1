BeforeAll {
    . $PSScriptRoot/Lab.ps1
    $module = $env:TLSTRUST_MODULE
    . (Join-Path $PSScriptRoot 'Shell.ps1')
    Import-Module $module
    $class = 'TlsTrust.PowerShell.GetCertificateChainCommand'
    $trusted = Get-LabParameter trusted
    $missing = Get-LabParameter missing-intermediate
    $store = @{ TrustStore = $trusted.TrustStore; At = $trusted.At }
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-chain-$PID"
    $null = New-Item -ItemType Directory $folder
    $complete = Get-CertificateChain @trusted
    $holed = Get-CertificateChain @missing
    Set-Content (Join-Path $folder Good.pem) (($complete.Presented | ForEach-Object Pem) -join '')
    Set-Content (Join-Path $folder leaf.pem) $holed.Presented[0].Pem
    function Get-Plain { ($args[0] | Out-String -Width 100) -replace '\e\[[0-9;]*m' }
}

AfterAll {
    Remove-Item -Recurse -Force $folder
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Endpoints' {
    It 'gives the chain with verdict, cause and where each certificate is from' {
        $complete | Should -BeOfType TlsTrust.CertificateChain
        $complete.Verdict | Should -Be Trusted
        "$($complete.Difference)" | Should -Be 'as it should be'
        $complete.BuiltPath[0].Origin | Should -Be 'sent at position 0'
        $complete.BuiltPath[-1].Origin | Should -BeLike 'store *'
    }

    It 'takes a list of endpoints and files' {
        $file = Join-Path $folder Good.pem
        $chains = Get-CertificateChain $trusted.Endpoint, $file, (Get-LabScenario refused).endpoint @store
        $chains.Origin | Sort-Object | Should -Be (@($trusted.Endpoint, $file, (Get-LabScenario refused).endpoint) | Sort-Object)
        @(Find-MissingIssuer $missing.Endpoint, $missing.Endpoint @store -NoDownload).Count | Should -Be 2
    }

    It 'marks what is missing in its place' {
        $holed.Cause | Should -Be MissingIntermediate
        $holed.Difference.Missing.Count | Should -Be 1
        Get-Plain $holed | Should -Match '\+ Lab Issuing CA\s+MISSING, found: http'
    }

    It 'says of <_> what Test-TlsEndpoint says, live and of its report' -ForEach @(
        'trusted', 'missing-intermediate', 'private-root-sent', 'self-signed', 'expired-leaf', 'wrong-host', 'stale-root-in-store', 'refused', 'plain-smtp',
        'wrong-order', 'revoked-ocsp-stapled', 'weak-signature-sha1', 'client-certificate-required', 'interception-transparent'
    ) {
        $parameters = Get-LabParameter $_
        $report = Test-TlsEndpoint @parameters
        foreach ($chain in (Get-CertificateChain @parameters), ($report | Get-CertificateChain)) {
            foreach ($property in 'Verdict', 'Cause', 'Summary', 'FindingIds', 'OpenSslCode', 'ErrorDepth') {
                "$($chain.$property)" | Should -Be "$($report.$property)" -Because $property
            }

            ($chain.Clients | ForEach-Object { "$($_.Client) $($_.Answer) $($_.Message)" }) |
                Should -Be ($report.Clients | ForEach-Object { "$($_.Client) $($_.Answer) $($_.Message)" })
        }
    }

    It 'asks nobody with -NoDownload' {
        $chain = Get-CertificateChain @missing -NoDownload
        $chain.Cause | Should -Be IssuerUnknown
        "$($chain.Difference)" | Should -Be 'an issuer was not found'
    }

    It 'gives a row for an endpoint that is down, too' {
        $down = Get-CertificateChain (Get-LabScenario refused).endpoint @store
        $down.Verdict | Should -Be Unreachable
        "$($down.Difference)" | Should -Be 'nothing that can be judged'
        $down | Export-CertificateChain -As Html | Should -Not -Match 'What the server should be given'
    }

    It 'refuses a -HostName that is none, and reads one as that of an endpoint' {
        { Get-CertificateChain @trusted -HostName 'two words' } | Should -Throw -ErrorId "InvalidEndpoint,$class"
        $file = Join-Path $folder Good.pem
        (Get-CertificateChain $file @store -HostName 'LOCALHOST.:443').HostName | Should -Be localhost
    }

    It 'lists valid and partial paths with -All' {
        (Get-CertificateChain @trusted -All).Paths.IsValid | Should -Contain $true
        $parameters = Get-LabParameter private-root-sent
        (Get-CertificateChain @parameters -All).Paths[0].End | Should -Match 'self-signed and not in the store'
    }
}

Describe 'Files' {
    It 'takes a file that is there by its name, brackets and all' {
        $file = Join-Path $TestDrive 'with [x] in it.pem'
        [System.IO.File]::Copy((Join-Path $folder Good.pem), $file)
        (Get-CertificateChain $file @store).Verdict | Should -Be Trusted
        ($file | Get-CertificateChain @store).Verdict | Should -Be Trusted
    }

    It 'takes a word that names a file for a file' {
        Push-Location $folder
        try {
            (Get-CertificateChain ./Good.pem @store).Verdict | Should -Be Trusted
            (Get-CertificateChain Good.pem @store).Origin | Should -BeLike '*Good.pem'
        }
        finally {
            Pop-Location
        }
    }

    It 'checks a file for a name' {
        (Get-CertificateChain -Path (Join-Path $folder Good.pem) @store -HostName localhost).Verdict | Should -Be Trusted
        (Get-CertificateChain -Path (Join-Path $folder Good.pem) @store -HostName www.example.org).Cause | Should -Be NameMismatch
    }

    It 'takes Get-ChildItem and wildcards' {
        (Get-ChildItem (Join-Path $folder *.pem) | Get-CertificateChain @store -NoDownload).Count | Should -Be 2
        (Get-CertificateChain (Join-Path $folder *.pem) @store -NoDownload).Count | Should -Be 2
    }

    It 'takes intermediates from another file as sent' {
        $intermediate = Join-Path $folder intermediate.crt
        Set-Content $intermediate $holed.BuiltPath[1].Pem
        (Get-CertificateChain (Join-Path $folder leaf.pem) @store -Intermediate $intermediate -NoDownload).Verdict | Should -Be Trusted
        (Get-CertificateChain (Join-Path $folder leaf.pem) @store -SearchPath $intermediate -NoDownload).Cause | Should -Be MissingIntermediate
    }

    It 'gives an error record for <name>, and goes on' -ForEach @(
        @{ name = 'a file that is not there'; text = './nowhere.pem'; id = 'PathNotFound' }
        @{ name = 'a file without certificates'; text = './words.pem'; id = 'NoCertificateFound' }
        @{ name = 'a port out of range'; text = 'host:70000'; id = 'InvalidEndpoint' }
    ) {
        Push-Location $folder
        try {
            Set-Content words.pem 'no certificate'
            $chains = $text, './Good.pem' | Get-CertificateChain @store -ErrorVariable fault -ErrorAction SilentlyContinue
            $fault[0].FullyQualifiedErrorId | Should -Be "$id,$class"
            $fault[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            @($chains).Count | Should -Be 1
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'Objects' {
    It 'takes certificates from the pipeline together' {
        $certificates = $complete.Presented | ForEach-Object { [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($_.Pem) }
        $chain = $certificates | Get-CertificateChain @store
        @($chain).Count | Should -Be 1
        $chain.Verdict | Should -Be Trusted
    }

    It 'takes items of the Cert: drive as certificates, although they have a path' {
        $items = $complete.Presented | ForEach-Object {
            [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($_.Pem) |
                Add-Member -PassThru PSPath "Microsoft.PowerShell.Security\Certificate::CurrentUser\My\$($_.Thumbprint)"
        }
        ($items | Get-CertificateChain @store).Verdict | Should -Be Trusted
    }

    It 'takes reports live, from Clixml and from a job, without connecting again' {
        $report = Test-TlsEndpoint @missing
        $file = Join-Path $folder report.xml
        $report | Export-Clixml $file
        foreach ($input in $report, (Import-Clixml $file), (Start-Job { $using:report } | Receive-Job -Wait -AutoRemoveJob)) {
            $chain = $input | Get-CertificateChain @store
            $chain.Cause | Should -Be MissingIntermediate
            $chain.Origin | Should -Be $report.Endpoint
        }
    }

    It 'judges a report again for what is given, and else leaves it its verdict' {
        $report = Test-TlsEndpoint @trusted
        ($report | Get-CertificateChain).Verdict | Should -Be Trusted
        ($report | Get-CertificateChain @store -HostName other.test).Cause | Should -Be NameMismatch
        ($report | Get-CertificateChain -TrustStore $store.TrustStore -At (Get-Date).AddYears(30)).Cause | Should -Be Expired
    }

    It 'comes back whole from Clixml' {
        $file = Join-Path $folder chain.xml
        $holed | Export-Clixml $file
        $again = Import-Clixml $file
        $again.Verdict | Should -Be Untrusted
        $again.BuiltPath[1].Pem | Should -BeLike '-----BEGIN*'
        Get-Plain $again | Should -Be (Get-Plain $holed)
    }

    It 'reads stores by name, and names those that there are' {
        Get-CertificateChain -Store 'No\Such' @store -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be "InvalidInput,$class"
        (TabExpansion2 'Get-CertificateChain -Store Def').CompletionMatches.CompletionText | Should -Contain Default
    }

    It 'fits views into 100 columns' {
        foreach ($view in { $args[0] }, { $args[0] | Format-Table -View Decision }, { $args[0] | Format-List }, { $args[0] | Format-Custom -View LeafFirst }) {
            (Get-Plain (& $view $holed)) -split '\r?\n' | ForEach-Object { $_.Length | Should -BeLessOrEqual 100 }
        }
    }

    It 'is JSON without type names' {
        $json = $holed | ConvertTo-Json -Depth 5 -EnumsAsStrings
        $json | Should -Match '"Verdict": "Untrusted"'
        $json | Should -Not -Match 'TlsTrust\.'
    }
}
