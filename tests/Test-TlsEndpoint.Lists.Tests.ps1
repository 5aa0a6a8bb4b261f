<#
Lists as people have them, into Test-TlsEndpoint.
#>
BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
}

Describe 'Test-TlsEndpoint with a list' {
    It 'takes a file with comments, blank lines and headings' {
        $file = Join-Path $TestDrive hosts.txt
        Set-Content $file '# shops', '', '127.0.0.1:1   # the first', '[web]', '127.0.0.1 2', '127.0.0.9 localhost', '127.0.0.9 a.example b.example'
        $reports = Test-TlsEndpoint (Get-Content $file) -Ordered -TimeoutSeconds 5
        $reports.Endpoint | Should -Be '127.0.0.1:1', '127.0.0.1:2', 'a.example:443', 'b.example:443'
        $reports[2].RemoteAddress | Should -BeIn $null, '127.0.0.9' -Because 'the list says where'
        (Get-Content $file | Test-TlsEndpoint -TimeoutSeconds 5).Count | Should -Be 4
    }

    It 'tells the line of a row that is no endpoint' {
        $file = Join-Path $TestDrive bad.txt
        Set-Content $file '127.0.0.1:1', '', 'a:99999'
        $null = Get-Content $file | Test-TlsEndpoint -ErrorVariable faults -ErrorAction SilentlyContinue
        $faults[0].Exception.Line | Should -Be 3
        $faults[0].TargetObject | Should -Be 'a:99999'
        $rows = Get-Content $file | Test-TlsEndpoint -ErrorAction Continue 2>&1 | Export-TlsReport -As Csv | ConvertFrom-Csv
        ($rows | Where-Object Verdict -EQ Unusable).Name | Should -Be 'line 3: a:99999'
    }

    It 'understands the column <column>' -ForEach @(
        'HostName', 'Host', 'Server', 'FQDN', 'DNSHostName', 'Name', 'ComputerName', 'Url', 'Host Name', 'dns_name', 'IP Address' | ForEach-Object { @{ column = $_ } }
    ) {
        $report = [pscustomobject] @{ $column = '127.0.0.1'; PORT = '1'; Owner = 'team-a'; Empty = '' } | Test-TlsEndpoint
        $report.Endpoint | Should -Be '127.0.0.1:1'
        $report.Tag.Owner | Should -Be 'team-a'
        $report.Tag.Count | Should -Be 1
        $report.Tag | Should -Be 'Owner=team-a'
    }

    It 'takes the surer of two columns and carries the other along' {
        $report = [pscustomobject] @{ Name = 'srv01'; DNSHostName = '127.0.0.1'; Port = 1 } | Test-TlsEndpoint
        $report.HostName | Should -Be '127.0.0.1'
        $report.Tag.Name | Should -Be 'srv01'
    }

    It 'carries tags through a file and CSV' {
        $report = [pscustomobject] @{ HostName = '127.0.0.1'; Port = 1; Owner = 'team-a'; Site = 'Berlin' } | Test-TlsEndpoint
        $file = Join-Path $TestDrive tags.xml
        $report | Export-Clixml $file
        $again = Import-Clixml $file | Test-TlsEndpoint
        $again.Tag.Owner | Should -Be 'team-a'
        ($report | ConvertTo-Json -Depth 4 | ConvertFrom-Json).Tag.Site | Should -Be 'Berlin'
    }

    It 'keeps the order with -Ordered, whatever takes long' {
        # Takes connections and says nothing.
        $silent = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $silent.Start()
        try {
            $endpoints = @("127.0.0.1:$($silent.LocalEndpoint.Port)"; 1..40 | ForEach-Object { "127.0.0.1:$_" })
            $reports = $endpoints | Test-TlsEndpoint -Ordered -TimeoutSeconds 2 -ThrottleLimit 4
            $reports.Endpoint | ForEach-Object { $_ -replace '^.*://127', '127' } | Should -Be $endpoints
            ($endpoints | Test-TlsEndpoint -TimeoutSeconds 2 | Select-Object -Last 1).Endpoint | Should -Be $endpoints[0]
        }
        finally {
            $silent.Stop()
        }
    }

    It 'tests each once with -Unique' {
        @('127.0.0.1:1', '127.0.0.1:1', '127.0.0.1:2' | Test-TlsEndpoint -Unique).Count | Should -Be 2
        @('127.0.0.1:1', '127.0.0.1:1' | Test-TlsEndpoint).Count | Should -Be 2
    }

    It 'complains about an empty variable still' {
        Test-TlsEndpoint '' -ErrorVariable faults -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'InvalidEndpoint,TlsTrust.PowerShell.TestTlsEndpointCommand'
    }
}

Describe 'Test-TlsEndpoint -ExpectedCertificate' {
    BeforeAll {
        . $PSScriptRoot/Lab.ps1
        $missing = Get-LabParameter missing-intermediate
        $report = Test-TlsEndpoint @missing
        $file = Join-Path $TestDrive leaf.pem
        Set-Content $file $report.Presented[0].Pem
        $other = Join-Path $TestDrive other.pem
        Set-Content $other $report.MissingIssuer.Pem
    }

    AfterAll {
        if (-not $global:TlsTrustSuite) {
            Stop-Lab
        }
    }

    It 'is content with the one that is served, named by <by>' -ForEach @(
        @{ by = 'file'; value = { $file } }
        @{ by = 'fingerprint'; value = { $report.Presented[0].Sha256 } }
        @{ by = 'fingerprint with colons'; value = { ($report.Presented[0].Sha256.ToLower() -split '(..)' -ne '') -join ':' } }
        @{ by = 'thumbprint'; value = { $report.Presented[0].Thumbprint } }
        @{ by = 'object'; value = { [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($file) } }
        @{ by = 'part of a result'; value = { $report.Presented[0] } }
    ) {
        $again = Test-TlsEndpoint @missing -ExpectedCertificate (& $value)
        $again.FindingIds | Should -Not -Match OtherCertificateServed
        $again.Verdict | Should -Not -BeNullOrEmpty
    }

    It 'says what is served in its place, and since when' {
        $finding = (Test-TlsEndpoint @missing -ExpectedCertificate $other).Findings | Where-Object Id -EQ OtherCertificateServed
        $finding.Message | Should -Match ([regex]::Escape($report.Presented[0].Subject))
        $finding.Message | Should -Match $report.Presented[0].NotBefore.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)
        ($finding.Evidence -join ' ') | Should -Match $report.Presented[0].Sha256
        $finding.Severity | Should -Be Warning
    }

    It 'judges a saved report too' {
        ($report | Test-TlsEndpoint -ExpectedCertificate $other).FindingIds | Should -Match OtherCertificateServed
    }

    It 'wants something that names a certificate' {
        { Test-TlsEndpoint @missing -ExpectedCertificate nothing-of-the-kind } | Should -Throw -ErrorId 'InvalidCombination,TlsTrust.PowerShell.TestTlsEndpointCommand'
    }
}

Describe 'A report that is piped on' {
    BeforeAll {
        . $PSScriptRoot/Lab.ps1
        $missing = Get-LabParameter missing-intermediate
        $report = Test-TlsEndpoint @missing
    }

    AfterAll {
        if (-not $global:TlsTrustSuite) {
            Stop-Lab
        }
    }

    It 'keeps its trust store in Test-TlsEndpoint' {
        ($report | Test-TlsEndpoint).Cause | Should -Be MissingIntermediate
        ($report | Test-TlsEndpoint).AnchorStore | Should -Be $report.AnchorStore
    }

    It 'keeps it in Find-MissingIssuer, as a chain does' {
        @($report | Find-MissingIssuer)[0].LeadsTo | Should -Be StoreAnchor
        @($report | Get-CertificateChain | Find-MissingIssuer)[0].LeadsTo | Should -Be StoreAnchor
    }
}

Describe 'Export-TlsReport' {
    It 'says that nothing is no result' {
        $null | Export-TlsReport -As Csv -ErrorVariable faults -ErrorAction SilentlyContinue | Should -Not -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'InvalidInput,TlsTrust.PowerShell.ExportTlsReportCommand'
    }
}

Describe 'What was meant' {
    It '<text> is told' -ForEach @(
        @{ text = 'a:1,b:2'; said = "several endpoints are a list: 'a:1', 'b:2'" }
        @{ text = './srv.pem'; said = 'looks like a file' }
        @{ text = 'srv.pem'; said = 'looks like a file' }
        @{ text = 'a b'; said = 'white space' }
        @{ text = 'host:99999'; said = 'is not a port' }
    ) {
        Test-TlsEndpoint $text -ErrorVariable fault -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $fault[0].FullyQualifiedErrorId | Should -Be 'InvalidEndpoint,TlsTrust.PowerShell.TestTlsEndpointCommand'
        "$($fault[0])" | Should -Match ([regex]::Escape($said))
        "$($fault[0])" | Should -Match ([regex]::Escape(($text -split ':')[-1])) -Because 'the value is quoted'
    }

    It 'a domain without a name server''s answer is a report' {
        # A name of RFC 6761, which no name service has.
        $report = Test-TlsEndpoint mail.invalid -MailExchanger
        $report.Cause | Should -Be NameNotResolved
        $report.Summary | Should -Match 'mail\.invalid|no name server'
    }
}
