BeforeAll {
    . $PSScriptRoot/Lab.ps1
    $module = $env:TLSTRUST_MODULE
    . (Join-Path $PSScriptRoot 'Shell.ps1')
    Import-Module $module
    $trusted = (Get-LabScenario trusted).endpoint
    $store = (Get-LabScenario trusted).trustStore
    $selfSigned = (Get-LabScenario self-signed).endpoint
    $silent = (Get-LabScenario silent).endpoint
    $refused = (Get-LabScenario refused).endpoint
    $class = 'TlsTrust.PowerShell.TestTlsEndpointCommand'
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Verdict and cause' {
    It '<scenario> is <verdict>, <cause>' -ForEach @(
        @{ scenario = 'trusted'; verdict = 'Trusted'; cause = 'None' }
        @{ scenario = 'missing-intermediate'; verdict = 'Untrusted'; cause = 'MissingIntermediate' }
        @{ scenario = 'private-root-sent'; verdict = 'Untrusted'; cause = 'PrivateRoot' }
        @{ scenario = 'issuer-unknown'; verdict = 'Untrusted'; cause = 'IssuerUnknown' }
        @{ scenario = 'expired-leaf'; verdict = 'Untrusted'; cause = 'Expired' }
        @{ scenario = 'wrong-host'; verdict = 'Untrusted'; cause = 'NameMismatch' }
        @{ scenario = 'refused'; verdict = 'Unreachable'; cause = 'ConnectionRefused' }
        @{ scenario = 'plain-http'; verdict = 'Unreachable'; cause = 'NotTls' }
        @{ scenario = 'tls10-only'; verdict = 'Untrusted'; cause = 'ProtocolVersion' }
        @{ scenario = 'client-certificate-required'; verdict = 'Trusted'; cause = 'None' }
        @{ scenario = 'trusted-starttls-smtp'; verdict = 'Trusted'; cause = 'None' }
    ) {
        $parameters = Get-LabParameter $scenario
        $report = Test-TlsEndpoint @parameters
        $report | Should -BeOfType TlsTrust.EndpointReport
        $report.Verdict | Should -Be $verdict
        $report.Cause | Should -Be $cause
    }

    It 'explains a missing intermediate with evidence, remedy, the certificate and OpenSSL''s words' {
        $parameters = Get-LabParameter missing-intermediate
        $report = Test-TlsEndpoint @parameters
        $report.OpenSslCode, $report.ErrorDepth, $report.OpenSslError | Should -Be 20, 0, 'unable to get local issuer certificate'
        $report.Findings[0].Evidence | Should -Not -BeNullOrEmpty
        $report.Findings[0].RemedyFor | Should -Be Server
        $report.MissingIssuer.Pem | Should -BeLike '-----BEGIN CERTIFICATE-----*'
        @($report.Presented).Count | Should -Be 1
        $report.FindingIds | Should -BeLike 'MissingIntermediate*'
    }

    It 'asks nobody with -NoDownload' {
        $parameters = Get-LabParameter missing-intermediate
        (Test-TlsEndpoint @parameters -NoDownload).Cause | Should -Be IssuerUnknown
    }

    It 'judges at another time with -At' {
        (Test-TlsEndpoint $trusted -TrustStore $store -At (Get-Date).AddYears(30)).Cause | Should -Be Expired
    }

    It 'checks another name with -HostName and its alias' {
        (Test-TlsEndpoint $trusted -TrustStore $store -ServerName www.example.org).Cause | Should -Be NameMismatch
    }

    It 'warns within -WarnDays' {
        (Test-TlsEndpoint $trusted -TrustStore $store -WarnDays 3000).FindingIds | Should -Match ExpiringSoon
    }

    It 'ends a silent server at -TimeoutSeconds' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        (Test-TlsEndpoint $silent -TrustStore $store -TimeoutSeconds 1).Cause | Should -Be HandshakeTimedOut
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 4
    }

    It 'takes a trust store relative to the shell''s location, not the process''s' {
        Push-Location (Split-Path $store)
        try {
            (Test-TlsEndpoint $trusted -TrustStore "./$(Split-Path $store -Leaf)").Verdict | Should -Be Trusted
        }
        finally {
            Pop-Location
        }
    }

    It 'adds anchors with -AdditionalAnchor, wildcards and all' {
        Copy-Item $store (Join-Path $TestDrive 'extra.pem')
        $empty = (Get-LabScenario store-empty).trustStore
        (Test-TlsEndpoint $trusted -TrustStore $empty -AdditionalAnchor (Join-Path $TestDrive '*.pem')).Verdict | Should -Be Trusted
    }

    It 'goes on at SearchPath for what is missing' {
        $parameters = Get-LabParameter missing-intermediate-no-aia
        $parameters.SearchPath | Should -Not -BeNullOrEmpty
        (Test-TlsEndpoint @parameters).Cause | Should -Be MissingIntermediate
    }

    It 'searches a folder of SearchPath with what is below it' {
        $parameters = Get-LabParameter missing-intermediate-no-aia
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'search/below')
        $parameters.SearchPath | Copy-Item -Destination (Join-Path $TestDrive 'search/below')
        $parameters.SearchPath = Join-Path $TestDrive search
        (Test-TlsEndpoint @parameters).Cause | Should -Be MissingIntermediate
    }
}

Describe 'Input' {
    It 'takes a list, a pipeline, URIs and addresses' {
        $hostName, $port = $trusted -split ':'
        @(Test-TlsEndpoint $trusted, $selfSigned -TrustStore $store).Count | Should -Be 2
        @($trusted, [uri] "https://$trusted/path", "https://$trusted" | Test-TlsEndpoint -TrustStore $store).Verdict | Should -Be Trusted, Trusted, Trusted
        ([ipaddress] '127.0.0.1' | Test-TlsEndpoint -Port $port -TrustStore $store).Endpoint | Should -Be "127.0.0.1:$port"
    }

    It 'takes hashtables, objects and rows, whose empty port is the default' {
        $hostName, $port = $trusted -split ':'
        $rows = "HostName,Port`n$hostName,$port`n$hostName," | ConvertFrom-Csv
        ($rows | Test-TlsEndpoint -TrustStore $store -Port $port).Endpoint | Should -Be $trusted, $trusted
        (@{ Host = $hostName; Port = [int] $port } | Test-TlsEndpoint -TrustStore $store).Endpoint | Should -Be $trusted
        ([pscustomobject] @{ ComputerName = $hostName; Port = $port } | Test-TlsEndpoint -TrustStore $store).Endpoint | Should -Be $trusted
        (Test-TlsEndpoint -ComputerName $trusted -TrustStore $store).Endpoint | Should -Be $trusted
    }

    It 'writes an error for a row without host, and tests no host without name' {
        $rows = "HostName,Port`n,443`n$trusted," | ConvertFrom-Csv
        $reports = @($rows | Test-TlsEndpoint -TrustStore $store -ErrorVariable problems -ErrorAction SilentlyContinue)
        $reports.Endpoint | Should -Be $trusted
        $problems.FullyQualifiedErrorId | Should -Be "InvalidEndpoint,$class"
    }

    It 'keeps a port that an object names, whatever -Port says' {
        $hostName, $port = $trusted -split ':'
        ([pscustomobject] @{ HostName = $hostName; Port = $port } | Test-TlsEndpoint -Port 1 -TrustStore $store).Endpoint | Should -Be $trusted
    }

    It 'writes an error for <text> and goes on' -ForEach @{ text = '' }, @{ text = 'host:0' }, @{ text = 'host:70000' }, @{ text = 'gopher://host' }, @{ text = 'a b' } {
        $reports = @($text, $trusted | Test-TlsEndpoint -TrustStore $store -ErrorVariable faults -ErrorAction SilentlyContinue)
        $reports.Endpoint | Should -Be $trusted
        $faults[0].FullyQualifiedErrorId | Should -Be "InvalidEndpoint,$class"
        $faults[0].CategoryInfo.Category | Should -Be InvalidArgument
        $faults[0].TargetObject | Should -Be $text
        $faults[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'does not let one bad element of a list spoil the others' {
        (Test-TlsEndpoint $trusted, 'b:xx', $selfSigned -TrustStore $store -ErrorAction SilentlyContinue).Endpoint | Sort-Object | Should -Be ($trusted, $selfSigned | Sort-Object)
    }

    It 'ends with <id> for <parameters.Keys>' -ForEach @(
        @{ id = 'PathNotFound'; parameters = @{ TrustStore = '/no/such/bundle.pem' } }
        @{ id = 'PathNotFound'; parameters = @{ AdditionalAnchor = '/no/such/root.pem' } }
        @{ id = 'PathNotFileSystem'; parameters = @{ TrustStore = 'Env:PATH' } }
        @{ id = 'InvalidEndpoint'; parameters = @{ HostName = 'a b' } }
        @{ id = 'InvalidEndpoint'; parameters = @{ Proxy = 'http://user:secret@proxy:99999' } }
        @{ id = 'InvalidCombination'; parameters = @{ All = $true } }
        @{ id = 'InvalidCombination'; parameters = @{ Proxy = 'http://proxy:3128'; NoProxy = $true } }
        @{ id = 'InvalidCombination'; parameters = @{ Address = '127.0.0.1'; AllAddresses = $true } }
    ) {
        $fault = { Test-TlsEndpoint $trusted @parameters } | Should -Throw -ErrorId "$id,$class" -PassThru
        $fault.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$fault $($fault.TargetObject) $($fault.ErrorDetails.RecommendedAction)" | Should -Not -Match secret
    }

    It 'ends with StoreUnusable for an anchor file without a certificate' {
        Set-Content (Join-Path $TestDrive 'none.pem') 'nothing'
        { Test-TlsEndpoint $trusted -AdditionalAnchor (Join-Path $TestDrive 'none.pem') } | Should -Throw -ErrorId "StoreUnusable,$class"
    }
}

Describe 'Answers for scripts' {
    It '-Quiet writes one boolean each' {
        Test-TlsEndpoint $trusted -TrustStore $store -Quiet | Should -BeTrue
        @($selfSigned, $refused | Test-TlsEndpoint -TrustStore $store -Quiet) | Should -Be $false, $false
    }

    It '-Quiet -All writes one for everything, and nothing is not everything' {
        Test-TlsEndpoint $trusted, $trusted -TrustStore $store -Quiet -All | Should -BeTrue
        Test-TlsEndpoint $trusted, $selfSigned -TrustStore $store -Quiet -All | Should -BeFalse
        Test-TlsEndpoint $trusted, 'host:0' -TrustStore $store -Quiet -All -ErrorAction SilentlyContinue | Should -BeFalse
        @() | Test-TlsEndpoint -TrustStore $store -Quiet -All | Should -BeFalse
    }

    It '-ErrorIfUntrusted writes the report, then an error with the remedy' {
        $reports = @(Test-TlsEndpoint $selfSigned, $trusted, $refused -TrustStore $store -ErrorIfUntrusted -ErrorVariable faults -ErrorAction SilentlyContinue)
        $reports.Count | Should -Be 3
        $faults.FullyQualifiedErrorId | Sort-Object | Should -Be "EndpointUnreachable,$class", "EndpointUntrusted,$class"
        $faults.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It '-ErrorAction Stop ends at the first one' {
        { Test-TlsEndpoint $selfSigned -TrustStore $store -ErrorIfUntrusted -ErrorAction Stop } | Should -Throw -ErrorId "EndpointUntrusted,$class"
    }

    It 'gives a script the exit code that the help shows: <expected>' -ForEach @{ which = 'trusted'; expected = 0 }, @{ which = 'self-signed'; expected = 1 } {
        $endpoint = (Get-LabScenario $which).endpoint
        Invoke-Shell -Command "Import-Module '$module'; exit [int](-not (Test-TlsEndpoint '$endpoint' -TrustStore '$store' -Quiet -All))"
        $LASTEXITCODE | Should -Be $expected
    }

    It 'needs nobody: -NonInteractive, standard input closed' -Skip:$IsWindows {
        $shell = (Get-Shell | ForEach-Object { "'$_'" }) -join ' '
        $text = & sh -c "$shell -NoProfile -NonInteractive -Command `"Import-Module '$module'; (Test-TlsEndpoint '$selfSigned' -TrustStore '$store').Cause`" 0<&-"
        $text | Should -Be SelfSigned
    }

    It 'writes CSV without type names in its cells' {
        $parameters = Get-LabParameter missing-intermediate
        $csv = Test-TlsEndpoint @parameters | ConvertTo-Csv
        $csv -join "`n" | Should -Not -Match 'TlsTrust\.|System\.|ResultList|\[\]'
        ($csv | ConvertFrom-Csv).FindingIds | Should -Match MissingIntermediate
    }

    It 'writes JSON without type names, with a schema version and names for enums' {
        $parameters = Get-LabParameter missing-intermediate
        $json = Test-TlsEndpoint @parameters | ConvertTo-Json -Depth 4 -EnumsAsStrings -WarningAction Stop
        $json | Should -Not -Match 'TlsTrust\.|System\.|ResultList'
        $object = $json | ConvertFrom-Json
        $object.SchemaVersion | Should -Be 1
        $object.Findings[0].Id | Should -Be MissingIntermediate
        @($object.Findings[0].Evidence).Count | Should -BeGreaterThan 1
    }

    It 'tells store, address and proxy with -Verbose, and no password' {
        $lines = Test-TlsEndpoint $trusted -TrustStore $store -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$lines" | Should -Match ([regex]::Escape($store))
        "$lines" | Should -Match '127\.0\.0\.1'
        $output = Test-TlsEndpoint $trusted -TrustStore $store -Proxy "http://user:secret@$refused" -Verbose 4>&1
        $output | Out-String | Should -Not -Match secret
        $report = $output | Where-Object { $_ -is [TlsTrust.EndpointReport] }
        $report.ViaProxy | Should -Match ([regex]::Escape($refused))
        $report | ConvertTo-Json -Depth 5 | Should -Not -Match secret
    }
}

Describe 'Many endpoints' {
    It 'ends everything at Select-Object -First 1' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $first = 1..2000 | ForEach-Object { $silent; $trusted } | Test-TlsEndpoint -TrustStore $store | Select-Object -First 1
        $first.Endpoint | Should -Be $trusted
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }

    It 'stops within 100 ms with 4,000 endpoints queued, <how>' -ForEach @(
        @{ how = 'from the pipeline'; script = 'param($Module, $Endpoint, $Store) Import-Module $Module; 1..4000 | ForEach-Object { $Endpoint } | Test-TlsEndpoint -TrustStore $Store' }
        @{ how = 'as a list'; script = 'param($Module, $Endpoint, $Store) Import-Module $Module; Test-TlsEndpoint (@($Endpoint) * 4000) -TrustStore $Store' }
    ) {
        # Once to load what is loaded on first use; what a stop takes is what counts.
        foreach ($round in 1..2) {
            $shell = [powershell]::Create().AddScript($script).AddArgument($module).AddArgument($silent).AddArgument($store)
            [void] $shell.BeginInvoke()
            Start-Sleep -Milliseconds 1200
            $shell.InvocationStateInfo.State | Should -Be Running
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $took = $watch.ElapsedMilliseconds
            $shell.InvocationStateInfo.State | Should -Be Stopped
            $shell.Dispose()
        }

        $took | Should -BeLessThan 100
    }

    It 'lets a consumer that throws end the work' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        { 1..1000 | ForEach-Object { $trusted; $silent } | Test-TlsEndpoint -TrustStore $store | ForEach-Object { throw 'enough' } } | Should -Throw 'enough'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }

    It 'writes one report for each of 300 endpoints' {
        $reports = 1..300 | ForEach-Object { $trusted } | Test-TlsEndpoint -TrustStore $store -ThrottleLimit 16
        @($reports).Count | Should -Be 300
        $reports.Verdict | Sort-Object -Unique | Should -Be Trusted
    }
}

Describe 'Completion' {
    It 'offers hosts without asking the network' {
        $line = 'Test-TlsEndpoint loc'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain localhost
    }

    It 'knows the properties of the report' {
        $line = 'Test-TlsEndpoint x | Where-Object Ver'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain Verdict
    }

    It 'offers <expected> for <line>' -ForEach @(
        @{ line = 'Test-TlsEndpoint x -StartTls Post'; expected = 'PostgreSql' }
        @{ line = 'Test-TlsEndpoint x -Revocation On'; expected = 'Online' }
    ) {
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $expected
    }
}
