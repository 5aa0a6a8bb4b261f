<#
Rendered views, held to the files in tests/views. After a wanted change:
    $env:TLSTRUST_UPDATE_VIEWS = 1; ./build.ps1 -Task Pester -TestFile tests/Format.Tests.ps1
and look at the difference.
#>
BeforeDiscovery {
    $views = @(
        @{ name = 'report-table'; command = { $reports } }
        @{ name = 'report-list'; command = { $reports | Format-List } }
        @{ name = 'report-evidence'; command = { $reports[0] | Format-Custom -View Evidence } }
        @{ name = 'report-clients'; command = { $reports[0] | Format-Custom -View Clients } }
        @{ name = 'finding'; command = { $reports[0].Findings } }
        @{ name = 'certificate-table'; command = { $reports[0].BuiltPath } }
        @{ name = 'client-table'; command = { $reports[0].Clients } }
    )
}

BeforeAll {
    $module = (Resolve-Path (Join-Path $PSScriptRoot '../out/TlsTrust')).Path
    Import-Module $module
    Add-Type -Path (Join-Path $module 'TlsTrust.dll')

    function Get-List {
        param([string] $Type, [object[]] $Items)
        $typed = [Array]::CreateInstance([type] "TlsTrust.$Type", $Items.Count)
        for ($i = 0; $i -lt $Items.Count; $i++) {
            $typed[$i] = $Items[$i]
        }

        , ([type] "TlsTrust.ResultList[TlsTrust.$Type]")::new($typed)
    }

    function Get-Certificate {
        param([int] $Depth, [string] $Role, [string] $Subject, [string] $Issuer, [string] $Origin)
        [TlsTrust.ChainCertificate] @{
            Depth = $Depth; Role = $Role; Subject = $Subject; Issuer = $Issuer; SerialNumber = "0$Depth"; Origin = $Origin; PublicKey = 'EC P-256'
            NotBefore = $start; NotAfter = $start.AddDays(365 * (1 + 3 * $Depth)); DaysLeft = 90; SignatureAlgorithm = 'ecdsa-with-SHA256'
            Sha256 = 'AB' * 32; Thumbprint = 'CD' * 20; IsCA = $Depth -gt 0; Pem = 'the certificate'
        }
    }

    $start = [datetime]::SpecifyKind('2026-01-01', 'Utc')
    $leaf = Get-Certificate 0 Leaf 'CN=www.example.org' 'CN=Example Issuing CA, O=Example Trust' 'sent at position 0'
    $issuing = Get-Certificate 1 Intermediate 'CN=Example Issuing CA, O=Example Trust' 'CN=Example Root, O=Example Trust' 'http://ca.example.org/issuing.cer'
    $root = Get-Certificate 2 Root 'CN=Example Root, O=Example Trust' 'CN=Example Root, O=Example Trust' 'store /etc/ssl/certs/ca-certificates.crt, line 120'
    $missing = [TlsTrust.Finding] @{
        Id = 'MissingIntermediate'; Severity = 'Error'; Depth = 0; RemedyFor = 'Server'
        Message = 'The server does not send the intermediate certificate CN=Example Issuing CA, O=Example Trust.'
        Evidence = [TlsTrust.ResultList[string]]::new([string[]] @(
                'CN=Example Issuing CA, O=Example Trust was found: http://ca.example.org/issuing.cer; its key verifies the certificate below it'
                'with it the path ends in CN=Example Root, O=Example Trust, which is in the store (/etc/ssl/certs/ca-certificates.crt, line 120)'))
        Remedy = 'Let the server send it behind its own certificate (Repair-PemBundle -AddMissing makes the file).'
    }
    $download = [TlsTrust.Finding] @{
        Id = 'TrustedOnlyWithDownload'; Severity = 'Warning'; RemedyFor = 'Server'
        Message = 'Clients that download missing issuers accept this chain; the others refuse it.'
        Remedy = 'Repair the server: that a browser is content does not help the other clients.'
    }
    $clients = @(
        [TlsTrust.ClientVerdict] @{ Client = 'Python before 3.13'; Answer = 'Refuses'; Message = '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)' }
        [TlsTrust.ClientVerdict] @{ Client = 'Chrome'; Answer = 'Accepts'; Reason = 'downloads the missing issuer' }
        [TlsTrust.ClientVerdict] @{ Client = 'Firefox'; Answer = 'Unknown'; Reason = 'accepts it where the intermediate is among those it preloads' }
    )
    $common = @{ AnchorStore = '/etc/ssl/certs/ca-certificates.crt + /etc/ssl/certs'; CheckedAt = $start.AddDays(275) }
    $global:TlsTrustReports = @(
        [TlsTrust.EndpointReport] ($common + @{
                Endpoint = 'www.example.org:443'; HostName = 'www.example.org'; Port = 443; RemoteAddress = '192.0.2.7'
                Verdict = 'Untrusted'; Cause = 'MissingIntermediate'
                Summary = 'www.example.org:443 is not trusted: The server does not send the intermediate certificate CN=Example Issuing CA, O=Example Trust.'
                Findings = Get-List Finding $missing, $download
                OpenSslCode = 20; OpenSslError = 'unable to get local issuer certificate'; ErrorDepth = 0
                Protocol = 'TLS 1.3'; CipherSuite = 'TLS_AES_256_GCM_SHA384'
                Presented = Get-List ChainCertificate $leaf
                BuiltPath = Get-List ChainCertificate $leaf, $issuing, $root
                MissingIssuer = $issuing; NotAfter = $leaf.NotAfter
                Clients = Get-List ClientVerdict $clients
                Timings = Get-List PhaseTiming ([TlsTrust.PhaseTiming]::new('Connect', 12.34)), ([TlsTrust.PhaseTiming]::new('Handshake', 30.01))
            })
        [TlsTrust.EndpointReport] ($common + @{
                Endpoint = 'ldaps://directory.example.org:636'; HostName = 'directory.example.org'; Port = 636; RemoteAddress = '192.0.2.8'; ViaProxy = 'http://proxy.example.org:3128'
                Verdict = 'Trusted'; Cause = 'None'; NotAfter = $leaf.NotAfter; Protocol = 'TLS 1.2'
                Summary = "ldaps://directory.example.org:636 is trusted: the chain of 3 certificates ends in CN=Example Root, O=Example Trust, and the server's certificate is valid until 2027-01-01."
                OpenSslCode = 0; OpenSslError = 'ok'
            })
        [TlsTrust.EndpointReport] ($common + @{
                Endpoint = '192.0.2.9:8443'; HostName = '192.0.2.9'; Port = 8443
                Verdict = 'Unreachable'; Cause = 'ConnectionTimedOut'
                Summary = '192.0.2.9:8443 is unreachable: 192.0.2.9:8443 did not answer within 10 s.'
                Findings = Get-List Finding ([TlsTrust.Finding] @{ Id = 'ConnectionTimedOut'; Severity = 'Error'; Message = '192.0.2.9:8443 did not answer within 10 s.'; Remedy = 'Packets are dropped on the way: check the route and the firewalls.'; RemedyFor = 'Network' })
            })
    )

    function Get-Rendering {
        # In a shell without a window, which is taken for 100 columns, so that the window of the tester has no say.
        param([scriptblock] $Command, [object[]] $Reports, [string] $Rendering = 'PlainText')
        $shell = [powershell]::Create().AddScript({
                param($Module, $Command, $Reports, $Rendering)
                Import-Module $Module
                $PSStyle.OutputRendering = $Rendering
                $text = & ([scriptblock]::Create('param($reports) ' + $Command)) $Reports | Out-String -Width 100
                ($text -split "`r?`n").TrimEnd() -join "`n"
            }).AddArgument($module).AddArgument("$Command").AddArgument($Reports).AddArgument($Rendering)
        try {
            $text = "$($shell.Invoke())".Trim("`n") + "`n"
            $shell.Streams.Error | Should -BeNullOrEmpty
            $text
        }
        finally {
            $shell.Dispose()
        }
    }
}

AfterAll {
    Remove-Variable TlsTrustReports -Scope Global
}

Describe 'View <name>' -ForEach $views {
    It 'is as in tests/views' {
        $text = Get-Rendering $command $global:TlsTrustReports
        $file = Join-Path $PSScriptRoot "views/$name.txt"
        if ($env:TLSTRUST_UPDATE_VIEWS) {
            [System.IO.File]::WriteAllText($file, $text)
        }

        $text | Should -BeExactly ([System.IO.File]::ReadAllText($file))
    }

    It 'fits 100 columns' {
        $text = Get-Rendering $command $global:TlsTrustReports
        foreach ($line in $text -split "`n") {
            $line.Length | Should -BeLessOrEqual 100 -Because $line
        }
    }

    It 'looks the same after a job or a file' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize($global:TlsTrustReports, 3)
        $again = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        Get-Rendering $command $again | Should -BeExactly (Get-Rendering $command $global:TlsTrustReports)
    }
}

Describe 'Colours' {
    It 'are there where the host has them' {
        Get-Rendering { $reports } $global:TlsTrustReports Ansi | Should -Match "`e\["
    }

    It 'are not there in plain text' {
        Get-Rendering { $reports } $global:TlsTrustReports PlainText | Should -Not -Match "`e\["
    }

    It 'obey NO_COLOR' {
        $lines = & {
            $env:NO_COLOR = '1'
            try {
                & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$module'; Test-TlsEndpoint 127.0.0.1:1 -TrustStore '$module/LICENSE'; `$PSStyle.OutputRendering"
            }
            finally {
                Remove-Item Env:NO_COLOR
            }
        }
        $lines -join "`n" | Should -Match Unreachable
        $lines -join "`n" | Should -Not -Match "`e\["
    }
}
