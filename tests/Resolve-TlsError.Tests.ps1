BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
    $class = 'TlsTrust.PowerShell.ResolveTlsErrorCommand'
    $curl = @(
        '* Connected to www.python.org (151.101.0.223) port 443 (#0)'
        '* SSL certificate problem: unable to get local issuer certificate'
        'curl: (60) SSL certificate problem: unable to get local issuer certificate'
        'More details here: https://curl.se/docs/sslcerts.html'
    )
    $log = Join-Path $TestDrive 'curl.log'
    $curl | Set-Content $log
}

Describe 'Resolve-TlsError' {
    It 'reads the lines of the pipeline as one text' {
        $found = @($curl | Resolve-TlsError)
        $found.Count | Should -Be 1
        $found[0] | Should -BeOfType TlsTrust.TlsErrorExplanation
        $found[0].Client | Should -Be 'curl'
        $found[0].Endpoint | Should -Be 'www.python.org:443'
        $found[0].Causes[0] | Should -Be 'MissingIntermediate'
        $found[0].NextCommand | Should -Be 'Test-TlsEndpoint www.python.org:443'
    }

    It 'takes lines of Get-Content as text, although they carry a path' {
        $found = @(Get-Content $log | Resolve-TlsError)
        $found.Count | Should -Be 1
        $found[0].LogFile | Should -BeNullOrEmpty
    }

    It 'takes an array as an argument' {
        (Resolve-TlsError $curl).Line | Should -Be 2
    }

    It 'reads log files by <how>' -ForEach @(
        @{ how = '-Path with wildcards'; read = { Resolve-TlsError -Path (Join-Path $TestDrive '*.log') } }
        @{ how = '-LiteralPath'; read = { Resolve-TlsError -LiteralPath $log } }
        @{ how = 'file objects'; read = { Get-Item $log | Resolve-TlsError } }
    ) {
        $found = @(& $read)
        $found.Count | Should -Be 1
        $found[0].LogFile | Should -Be (Get-Item $log).FullName
    }

    It 'reads an error record with its inner exceptions and the address of its request' {
        $inner = [System.Security.Authentication.AuthenticationException]::new('The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot')
        $outer = [System.Net.Http.HttpRequestException]::new('The SSL connection could not be established, see inner exception.', $inner)
        $request = [System.Net.Http.HttpRequestMessage]::new('Get', 'https://www.python.org:8443/x')
        $record = [System.Management.Automation.ErrorRecord]::new($outer, 'x', 'ConnectionError', $request)
        $found = @($record | Resolve-TlsError)
        $found.Count | Should -Be 1
        $found[0].MessageId | Should -Be 'dotnet-root'
        $found[0].Endpoint | Should -Be 'www.python.org:8443'
    }

    It 'reads each inner exception of several' {
        $inner = 'certificate has expired', 'Hostname mismatch' | ForEach-Object { [InvalidOperationException]::new($_) }
        $found = @([AggregateException]::new([Exception[]] $inner) | Resolve-TlsError)
        $found.Causes | Should -Contain 'Expired'
        $found.Causes | Should -Contain 'NameMismatch'
    }

    It 'reads event log records, each as a text of its own' {
        $events = 'The certificate received from the remote server has expired.', 'The following fatal alert was received: 48.' | ForEach-Object {
            $record = [pscustomobject] @{ ProviderName = 'Schannel'; Id = 36887; Message = $_; LevelDisplayName = 'Error' }
            $record.PSObject.TypeNames.Insert(0, 'Deserialized.System.Diagnostics.Eventing.Reader.EventLogRecord')
            $record
        }
        $found = @($events | Resolve-TlsError)
        $found.Count | Should -Be 2
        $found.Client | Should -Be 'Schannel', 'Schannel'
        $found[0].Causes | Should -Contain 'Expired'
        $found[1].Side | Should -Be 'Client'
    }

    It 'gives one result a failure, in order' {
        $log = 'curl: (60) SSL certificate problem: certificate has expired', 'curl: (60) SSL certificate problem: certificate has expired', 'Get "https://a.python.org/": x509: certificate signed by unknown authority'
        $found = @($log | Resolve-TlsError)
        $found.Line | Should -Be 1, 2, 3
        $found.Client | Should -Be 'curl', 'curl', 'Go'
    }

    It 'gives a next command that parses and names known commands' {
        foreach ($text in 'certificate has expired', 'npm error code SELF_SIGNED_CERT_IN_CHAIN', 'keystore password was incorrect', "cannot load certificate ""/etc/o'x.pem"": no start line", 'curl: (56) CONNECT tunnel failed, response 407, https://a.python.org') {
            $command = ($text | Resolve-TlsError | Select-Object -First 1).NextCommand
            $faults = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($command, [ref] $null, [ref] $faults)
            $faults | Should -BeNullOrEmpty -Because $command
            foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                Get-Command $call.GetCommandName() -ErrorAction Stop | Should -Not -BeNullOrEmpty
            }
        }
    }

    It 'pipes into Get-TrustBundleEnvironment: what does the program trust that failed?' {
        ('pip install: certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)' | Resolve-TlsError | Get-TrustBundleEnvironment).Program | Should -Be 'pip'
    }

    It 'takes the last error of the session where there is no input' {
        $found = & {
            try { Invoke-RestMethod https://127.0.0.1:1/ -NoProxy } catch { $null = $_ }
            Resolve-TlsError
        }
        $found.Client | Should -Be 'Invoke-RestMethod'
        $found.Causes | Should -Contain 'ConnectionRefused'
        $found.Endpoint | Should -Be '127.0.0.1:1'
    }

    It 'reads what -ErrorVariable holds of a cmdlet that ended' {
        try { Invoke-RestMethod https://127.0.0.1:1/ -NoProxy -ErrorVariable fault } catch { $null = $_ }
        $found = @($fault | Resolve-TlsError)[0]
        $found.Client | Should -Be 'Invoke-RestMethod'
        $found.Causes | Should -Contain 'ConnectionRefused'
        $found.Endpoint | Should -Be '127.0.0.1:1'
    }

    It 'gives nothing for an empty pipeline, and takes no old error in its place' {
        @() | Resolve-TlsError -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -BeNullOrEmpty
    }

    It 'warns where no message is known' {
        'all is well' | Resolve-TlsError -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -Match 'No known message'
    }

    It 'pipes into Test-TlsEndpoint' {
        $report = 'certificate has expired (127.0.0.1:1)' | Resolve-TlsError | Test-TlsEndpoint
        $report.Endpoint | Should -Be '127.0.0.1:1'
        $report.Cause | Should -Be 'ConnectionRefused'
    }

    It 'is passed over with a warning where the text names no host' {
        'certificate has expired' | Resolve-TlsError | Test-TlsEndpoint -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -Match 'names no host'
    }

    It 'survives Clixml and goes on from there' {
        $file = Join-Path $TestDrive 'e.xml'
        'certificate has expired (127.0.0.1:1)' | Resolve-TlsError | Export-Clixml $file
        (Import-Clixml $file).Causes | Should -Contain 'Expired'
        (Import-Clixml $file | Test-TlsEndpoint).Cause | Should -Be 'ConnectionRefused'
    }

    It 'reports a file that is not there' {
        Resolve-TlsError -LiteralPath (Join-Path $TestDrive 'none') -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault.FullyQualifiedErrorId | Should -Be "PathNotFound,$class"
    }

    It 'reports a result that is no text' {
        $fault = $null
        'certificate has expired' | Resolve-TlsError | Resolve-TlsError -ErrorVariable fault -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be "InvalidInput,$class"
    }

    It 'shows list and table within 100 columns' {
        $found = $curl | Resolve-TlsError
        foreach ($view in ($found | Out-String -Width 100), ($found | Format-Table -View Table | Out-String -Width 100)) {
            $view | Should -Match 'www.python.org:443'
            ($view -split "`n" | ForEach-Object { ($_ -replace '\e\[[0-9;]*m').TrimEnd().Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 100
        }
    }
}
